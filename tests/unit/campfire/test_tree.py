"""A body is read in bounded time, whatever is in it: the event loop stands still meanwhile."""

import time

import pytest

from consumer.campfire.bodies.tree import body_of

NAMES = " ".join(f"a{number}" for number in range(30_000))
MANY = {
    "attributes": f"<p {NAMES}>x</p>",
    "attributes behind a > in quotes": f'<p a=">" {NAMES}>x</p>',
    "attributes after slashes": "<p" + "/a1" * 60_000 + ">x",
    "tags": "<div>" * 20_000 + "x",
    "tags, each with an end of another": "<div></x>" * 20_000 + "x",
    "tags with a < in quotes": '<div a="<">' * 20_000 + "x",
    "formats left open": "".join(f"<b a{i}>" for i in range(900)) + "<p>x</p>" * 9_000,
    "formats, each with an end of another": (
        "".join(f"<b a{i}></i>" for i in range(900)) + "<p>x</p>" * 9_000
    ),
}
AS_LONG_OF_WORDS = "<p>word word</p>" * 40_000


@pytest.mark.parametrize("html", MANY.values(), ids=MANY)
def test_what_costs_the_parser_the_square_of_itself_is_its_text(html: str) -> None:
    """Without that each of these takes many times as long as words do, and more if longer."""
    plain = _seconds(AS_LONG_OF_WORDS)
    assert _seconds(html) < 6 * plain
    assert "x" in body_of(html).text(deep=True)


@pytest.mark.parametrize(
    "html",
    [
        "<p>" + "<b>bold</b> and <i>leaning</i>, " * 5_000 + "</p>",
        "<blockquote>" * 100 + "deep" + "</blockquote>" * 100,
        "<ul>" + "<li><a href='/x'>one</a></li>" * 3_000 + "</ul>",
        "".join(f'<img a{number}="1" src="x">' for number in range(3_000)) + "<b>bold</b>",
    ],
)
def test_what_an_editor_writes_stays_a_tree(html: str) -> None:
    """However long it is."""
    assert body_of(html).css("b, blockquote, a")


def _seconds(html: str) -> float:
    began = time.process_time()
    body_of(html)
    return time.process_time() - began
