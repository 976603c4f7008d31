"""Plain text, in whatever encoding it is."""

from collections.abc import Iterator
from io import BytesIO

from charset_normalizer import from_bytes

from consumer.documents.charset import by_mark
from consumer.documents.section import Section, Trouble, Unreadable

SAMPLE = 65536
"""Bytes that are looked at to guess an encoding."""


def sections(file: BytesIO) -> Iterator[Section]:
    """One section with all of the text, without a heading."""
    yield Section((), decoded(file.getvalue()))


def decoded(data: bytes, charset: str = "") -> str:
    """The text, in the charset that it says it is in if it says so; raises Unreadable for what is
    none."""
    marked = by_mark(data)
    if marked is None and b"\0" in data:
        raise Unreadable(Trouble.DAMAGED)
    if charset and marked is None:
        return _with_line_ends(data.decode(charset, "replace"))
    try:
        return _with_line_ends(data.decode(marked or "utf-8"))
    except UnicodeDecodeError:
        return _with_line_ends(_guessed(data))


def _guessed(data: bytes) -> str:
    best = from_bytes(data[:SAMPLE]).best()
    if best is None:
        raise Unreadable(Trouble.DAMAGED)
    return data.decode(best.encoding, errors="replace")


def _with_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
