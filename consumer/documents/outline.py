"""Builds the sections of a document from its headings and paragraphs, in their order."""

from consumer.documents.section import Section

LONGEST_HEADING = 200
"""Characters; a heading as long as a page is none."""


class Outline:
    """Takes what a converter finds; a heading ends the section before it."""

    def __init__(self) -> None:
        self._sections: list[Section] = []
        self._above: list[tuple[int, str]] = []
        self._paragraphs: list[str] = []

    def heading(self, level: int, words: str) -> None:
        """A heading; those of its level and below are over."""
        words = " ".join(words.split())[:LONGEST_HEADING]
        if not words:
            return
        deeper = bool(self._above) and level > self._above[-1][0]
        self._close(named=not deeper)
        self._above = [(at, name) for at, name in self._above if at < level]
        self._above.append((level, words))

    def paragraph(self, words: str) -> None:
        """Some text below the last heading."""
        if words.strip():
            self._paragraphs.append(words.strip("\n"))

    def sections(self) -> list[Section]:
        """The sections of all that was taken; nothing may follow."""
        self._close(named=True)
        return self._sections

    def _close(self, *, named: bool) -> None:
        """A heading without words stays where none of the deeper ones takes it along."""
        if self._paragraphs or (named and self._above):
            headings = tuple(name for _, name in self._above)
            self._sections.append(Section(headings, "\n\n".join(self._paragraphs)))
        self._paragraphs = []
