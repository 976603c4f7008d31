"""A quote of what was asked: Campfire's reply form, all of it text."""

import pytest

from consumer.addressing.quote import LONGEST, quote_of
from consumer.campfire.bodies.mentions import mentions
from consumer.campfire.bodies.tree import body_of
from consumer.reading import Known, as_written
from consumer.rendering import POST_BYTES, render
from consumer.rendering.pieces import Mention, html, json_bytes
from shared.catalogue import catalogue
from shared.inbound import InboundMessage
from tests.deliveries import inbound

EN = catalogue("en")


def asked(text: str, number: str = "535", **changes: object) -> InboundMessage:
    """A question of Ada's in room 2."""
    known: dict[str, object] = {"text": text, "message_id": number, "room_id": 2}
    return inbound(1).model_copy(update=known | changes)


def quoted(message: InboundMessage) -> str:
    """Its quote as HTML."""
    return html(quote_of(message, "Assistant", EN).pieces)


def test_the_form_is_that_of_campfires_reply_button() -> None:
    """The words, and below them whose they are, with a link to them (w58, w61)."""
    assert quoted(asked("and why?")) == (
        '<blockquote>and why?</blockquote><cite>Ada Admin <a href="/rooms/2/@535">#</a></cite>'
    )
    (post,) = render("because", quote=quote_of(asked("and why?"), "A", EN).pieces)
    assert post.endswith("</cite><div><br></div><div>because</div>")


@pytest.mark.parametrize(
    ("message", "words", "author"),
    [
        (asked("one\n\ntwo\xa0three"), "one two three", "Ada Admin"),
        (asked("x" * LONGEST), "x" * LONGEST, "Ada Admin"),
        (asked("x" * (LONGEST + 1)), "x" * LONGEST + "…", "Ada Admin"),
        (asked("some words " + "x" * LONGEST), "some words…", "Ada Admin"),
        (asked(" "), "@Assistant", "Ada Admin"),
        (asked("报告.csv", is_file=True), "报告.csv", "Ada Admin"),
        (asked("hi", user_name="Bo\u202e <b>"), "hi", "Bo <b>"),
        (asked("hi", user_name=" "), "hi", "somebody"),
    ],
)
def test_what_is_quoted(message: InboundMessage, words: str, author: str) -> None:
    """A glance at it on one line, and a name that ends where ours does."""
    body = body_of(quoted(message))
    quote, cite = body.css_first("blockquote"), body.css_first("cite")
    assert quote is not None
    assert cite is not None
    assert (quote.text(), cite.text()) == (words, f"{author} #")


def test_what_was_not_said_in_campfire_has_no_link() -> None:
    """An id of our own leads nowhere."""
    assert "<a" not in quoted(asked("hi", "own-1"))


@pytest.mark.parametrize(
    "text",
    [
        '@Bob <action-text-attachment sgid="x--y"></action-text-attachment>',
        "</blockquote><script>alert(1)</script>",
        "@Bob Baker and @Assistant",
    ],
)
def test_nothing_in_a_quote_calls_or_acts(text: str) -> None:
    """A mention in a quote would call whom it names (w46): its words are text."""
    shown = quoted(asked(text))
    assert mentions(shown) == []
    assert as_written(shown, Known()) == f"> {' '.join(text.split())}\n> — Ada Admin"


def test_a_long_answer_keeps_its_bound_with_the_quote() -> None:
    """Every post, the first with quote and name too, is short enough to be pushed."""
    quote = quote_of(asked("😀" * 500, user_name="名" * 60), "A", EN).pieces
    posts = render("One sentence. " * 2_000, quote=quote, opening=(Mention("Ada"),))
    assert len(posts) > 5
    assert posts[0].startswith("<blockquote>")
    assert all("<blockquote>" not in post for post in posts[1:])
    assert all(json_bytes(body_of(post).text(deep=True)) <= POST_BYTES for post in posts)
    assert json_bytes(body_of(posts[0]).text(deep=True)) > POST_BYTES / 2


def test_an_answer_of_files_alone_is_addressed_too() -> None:
    """Without words there would be nothing to stand before them."""
    assert render("", opening=(Mention("Ada"),)) == ("<div>@Ada</div>",)
    assert render("") == ()
