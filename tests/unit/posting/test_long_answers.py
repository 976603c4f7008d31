"""An answer of more than five posts is its beginning and a file; nothing of it is lost."""

import json

import pytest

from consumer import rendering
from consumer.outbox.files import File
from consumer.posting.long_answers import ANSWER_FILE, MOST_POSTS, POST_BYTES, shown
from consumer.rendering import render
from shared.catalogue import Language, catalogue

PARAGRAPH = "word " * 600
"""A post's worth."""


class Kept:
    """Where files are kept: nowhere, or on a full disk."""

    def __init__(self, *, full: bool = False) -> None:
        self.full = full
        self.files: dict[str, bytes] = {}

    def __call__(self, name: str, content: bytes) -> File:
        if self.full:
            raise OSError("no space left")
        self.files[name] = content
        return File(name=name, size=len(content), digest="d", place="p")


def test_five_posts_are_posted() -> None:
    """Up to five posts the room reads the whole answer in place."""
    kept = Kept()
    parts = render("\n\n".join([PARAGRAPH] * MOST_POSTS))
    assert shown("text", parts, kept, catalogue("en")).parts == parts
    assert (len(parts), kept.files) == (MOST_POSTS, {})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_more_becomes_the_beginning_and_a_file(language: Language) -> None:
    """The first post says how much there is and where; the file is what the model wrote."""
    kept, text = Kept(), "\n\n".join([PARAGRAPH] * 6)
    parts = render(text)
    answer = shown(text, parts, kept, catalogue(language))
    assert [file.name for file in answer.files] == ["answer.md"]
    assert kept.files == {"answer.md": text.encode()}
    (beginning,) = answer.parts
    assert beginning.startswith(parts[0])
    assert "answer.md" in beginning
    assert f"{len(text):,}" in beginning


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_line_below_fits_into_the_post(language: Language) -> None:
    """A beginning and the line below it are no more than a notice may hold."""
    line = catalogue(language).say("long_answer", count="999,999,999", file=ANSWER_FILE)
    below = len(json.dumps(f"\n\n{line}", ensure_ascii=False).encode())
    assert below <= rendering.POST_BYTES - POST_BYTES


def test_on_a_full_disk_every_post_is_posted() -> None:
    """Many posts are better than half an answer."""
    parts = render("\n\n".join([PARAGRAPH] * 6))
    assert shown("text", parts, Kept(full=True), catalogue("en")).parts == parts
