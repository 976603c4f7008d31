"""What a document becomes: sections, each with the headings above it; or a trouble, by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

LONGEST = 3000
"""Characters of a section; a longer one is cut where a paragraph, a line or a word ends."""
BETWEEN = " › "
"""Between the headings of a section, the outermost first."""


class Trouble(StrEnum):
    """Why a file could not be taken in; `knowledge.trouble` in the catalogue has the sentences."""

    KIND = "kind"
    """No converter knows it."""
    LARGE = "large"
    """More bytes than we look at, packed or unpacked."""
    LONG = "long"
    """More text than we keep."""
    EMPTY = "empty"
    """No text in it: scanned pages, pictures."""
    PROTECTED = "protected"
    """It wants a password."""
    DAMAGED = "damaged"
    """It is not what its name says, or not whole."""
    SLOW = "slow"
    MEMORY = "memory"
    CRASHED = "crashed"
    """It took its converter down."""
    FORBIDDEN = "forbidden"
    """We may not open it."""


class Unreadable(Exception):
    """A file gave no text."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document that can be read and cited by itself."""

    headings: tuple[str, ...]
    """The outermost first; none above the first heading."""
    text: str


def cut(section: Section) -> Iterator[Section]:
    """The section in parts of LONGEST characters at most, under the same headings."""
    text = section.text.strip()
    while len(text) > LONGEST:
        end = _end(text)
        yield Section(section.headings, text[:end].rstrip())
        text = text[end:].lstrip()
    yield Section(section.headings, text)


def _end(text: str) -> int:
    for mark in ("\n\n", "\n", "。", ". ", " "):
        found = text.rfind(mark, LONGEST // 2, LONGEST)
        if found > 0:
            return found + len(mark)
    return LONGEST
