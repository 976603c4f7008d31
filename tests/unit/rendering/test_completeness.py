"""Nothing vanishes in silence: whatever the model writes, every word is in the room again."""

import json
import os
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from consumer.rendering import POST_BYTES, render
from sandbox.campfire.rails.signed_ids import sgid_of
from tests.unit.rendering.documents import Document, documents
from tests.unit.rendering.shown import (
    assert_harmless,
    block_texts,
    notice_bytes,
    plain,
    shown,
    text_alone,
)

FEW, MANY = 20, int(os.environ.get("RENDERING_EXAMPLES", "100"))
"""Documents a test, in `make test` and in `make long`. For thousands:
RENDERING_EXAMPLES=5000 pytest --timeout=0 -m long tests/unit/rendering."""

SPEC = json.loads((Path(__file__).parent / "commonmark_examples.json").read_text())["examples"]
NOISE = st.text("ab cd\n\t>#*_-+~`[]()!<>|:'\"\\1.=^@/{}$%你好😀é\u00a0\u200b\u202e", max_size=300)
ANYTHING = st.text(max_size=300)
_WORD = re.compile(r"[^\W_]{4,}")


def tried(*given_: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A rule tried on what is drawn from these: few times, and many in `make long`."""

    def of(rule: Callable[..., None]) -> Callable[..., None]:
        @pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.long)])
        def test(examples: int) -> None:
            with_settings = settings(
                max_examples=examples,
                deadline=None,
                report_multiple_bugs=False,
                # To shrink a document takes minutes.
                phases=[Phase.explicit, Phase.reuse, Phase.generate],
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
            )
            with_settings(given(*given_)(rule))()

        test.__name__, test.__doc__ = rule.__name__, rule.__doc__
        return test

    return of


@tried(documents())
def test_every_word_of_a_document_is_shown_in_order(document: Document) -> None:
    """Every kind of block, nested, with every script: all words, in order, past Rails' filter."""
    posts = render(document.text)
    assert_in_order(document.words, shown(posts))
    assert_somewhere(document.anywhere, shown(posts))
    for post in posts:
        assert_harmless(post)


@tried(documents())
def test_every_word_is_in_the_plain_text(document: Document) -> None:
    """Push notices and search know every word of an answer, but for a picture's address."""
    posts = render(document.text)
    assert_somewhere(document.words, plain(posts))
    assert_somewhere(document.anywhere, plain(posts))


@tried(documents())
def test_no_two_words_of_different_blocks_are_glued(document: Document) -> None:
    """Campfire's plain text holds the words of a post's blocks as they are, none run together."""
    for post in render(document.text):
        assert _words(plain([post])) == _words("\n".join(block_texts(post)))


@tried(documents(), st.sampled_from([200, 500, 3500]))
def test_no_notice_is_too_long_to_be_sent(document: Document, limit: int) -> None:
    """The plain text of a post stays below the bound; else nobody would be told of it."""
    assert all(notice_bytes(post) <= limit for post in render(document.text * 3, limit=limit))


@tried(documents())
def test_no_line_of_an_aligned_table_wraps_on_a_phone(document: Document) -> None:
    """A `pre` of ours that is no code has at most 37 columns, of narrow signs alone."""
    for post in render(document.text):
        for table in re.findall(r'<pre class="nohighlight">([^<]*─[^<]*)</pre>', post):
            assert all(len(unescape(line)) <= 37 for line in table.split("\n"))


@tried(documents(), st.sampled_from([200, 300, 500, 1000]))
def test_splitting_loses_nothing(document: Document, limit: int) -> None:
    """The same words in the same order come out of the parts, and each part is whole HTML."""
    posts = render(document.text, limit=limit)
    assert_same_words(posts, render(document.text, limit=1_000_000))
    for post in posts:
        assert_harmless(post)


@tried(NOISE)
def test_every_word_of_noise_is_shown(noise: str) -> None:
    """Text full of Markdown's own characters, whatever it then means, keeps its words."""
    if "]:" not in noise:  # a definition's label is shown only where it is used
        assert_somewhere(_WORD.findall(noise), shown(render(noise)))


@tried(st.one_of(ANYTHING, NOISE), st.integers(200, 1000))
def test_any_text_renders_to_harmless_html(text: str, limit: int) -> None:
    """Control codes, lone surrogates, unfinished markup: no error, nothing live, valid UTF-8."""
    for post in render(text, limit=limit):
        assert post.encode().strip()
        assert_harmless(post)


@pytest.mark.parametrize(("number", "markdown"), SPEC)
def test_commonmark_examples_lose_nothing(number: int, markdown: str) -> None:
    """Every example of the CommonMark spec keeps its words and comes out with nothing live."""
    posts = render(markdown)
    for post in posts:
        assert_harmless(post)
    text = shown(posts)
    lost = [word for word in _WORD.findall(_without_syntax(markdown)) if word not in text]
    assert not lost, posts


@pytest.mark.parametrize("opening", ["> ", "- ", "1. ", "* - + ", "> - ", "[^a]: "])
def test_deep_nesting_keeps_the_text(opening: str) -> None:
    """Nested a thousand times, where markdown-it would drop the text, the word is still there."""
    (post,) = render(opening * 1000 + "deepest", limit=100_000)
    assert "deepest" in shown([post])
    assert_harmless(post)


@pytest.mark.short_form("*a **b ")
@pytest.mark.parametrize("part", ["[", "![", "*a **b ", "`", "<", "](", "~~", "@Ada ", "- a\n"])
def test_a_hundred_kilobytes_of_anything_render(part: str) -> None:
    """Markup repeated to 100 KB neither ends in an error nor in the tests' time limit."""
    posts = render((part * 100_000)[:100_000], {"Ada": sgid_of(1)})
    assert posts
    assert all(notice_bytes(post) <= POST_BYTES for post in posts)


def assert_in_order(words: list[str], text: str) -> None:
    """Each word stands in the text, behind the one before it."""
    at = 0
    for word in words:
        found = text.find(word, at)
        assert found >= 0, (
            f"{word!r} is missing: {text[max(0, at - 60) : at]!r} ↯ {text[at : at + 60]!r}"
        )
        at = found + len(word)


def assert_somewhere(words: list[str], text: str) -> None:
    """Each word stands in the text."""
    missing = [word for word in words if word.lower() not in text.lower()]
    assert not missing, text


def assert_same_words(posts: tuple[str, ...], whole: tuple[str, ...]) -> None:
    """The split text is the whole one, but for white space and the numbers of lists."""
    assert _letters(text_alone(posts)) == _letters(text_alone(whole))


def _words(text: str) -> list[str]:
    """The words, without what Campfire's plain text adds: bullets, numbers, the marks of quotes."""
    words = re.sub("[“”]", "", text).split()
    return [word for word in words if word != "•" and re.fullmatch(r"\d+\.", word) is None]


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text)


def _without_syntax(markdown: str) -> str:
    """Without what is no word: entities, escapes, labels of definitions, list numbers."""
    text = re.sub(r"&#?\w+;|\\(?=\W)", " ", markdown)
    return re.sub(r"\[[^\]]*\](?=:)|\]\[[^\]]*\]", "]", text)
