"""A folder's index as its readers see it. Nothing is opened but the index: a name that is asked
for is looked up in it, whatever it looks like."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from consumer.documents.section import Trouble
from consumer.knowledge.excerpt import excerpt
from consumer.knowledge.query import questions
from consumer.knowledge.schema import WEIGHTS, open_for_reading

LONGEST_SEARCH_STEPS = 50_000_000
"""Of SQLite's machine, some seconds; then the search ends."""

_FIND = f"""
SELECT s.id, f.name, s.number, s.headings, s.text
FROM (
    SELECT rowid, rank FROM words
    WHERE words MATCH ? AND rank MATCH 'bm25({WEIGHTS})' ORDER BY rank LIMIT ?
) best JOIN sections s ON s.id = best.rowid JOIN files f ON f.id = s.file
ORDER BY best.rank, s.id
"""  # noqa: S608 - the weights are ours


class NoIndexYet(Exception):
    """The folder was not taken in so far, or its index cannot be read now."""


class NoSuchPassage(Exception):
    """No document has that name, or none such a section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What is given of one section of a document."""

    file: str
    number: int
    """Within its document, from 1."""
    headings: str
    """As `Leave › Parental leave`; empty above the first."""
    text: str
    """All of it, or what of it was asked for."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the index holds."""

    files: int = 0
    """Those that could be read."""
    troubles: dict[str, Trouble] = field(default_factory=dict)
    """The others by name."""


class Library:
    """Asked in a thread beside the loop; each question opens the index anew."""

    def __init__(self, index: Path) -> None:
        self._index = index

    def search(self, asked: str, most: int) -> list[Passage]:
        """Sections with every word, the best first, then those with some; raises NoIndexYet."""
        told = questions(asked)
        found: dict[int, Passage] = {}
        if not told.all_of_it:
            return []
        with self._open() as index:
            for question in dict.fromkeys(told):
                if len(found) < most:
                    for row, file, number, headings, text in index.execute(_FIND, (question, most)):
                        part = excerpt(text, asked)
                        passage = Passage(file=file, number=number, headings=headings, text=part)
                        found.setdefault(row, passage)
        return list(found.values())[:most]

    def contents(self, name: str) -> list[Passage]:
        """Every section of a document, without its text; raises NoIndexYet, NoSuchPassage."""
        with self._open() as index:
            file, name = _file(index, name)
            rows = index.execute(
                "SELECT number, headings FROM sections WHERE file = ? ORDER BY number", (file,)
            )
            return [
                Passage(file=name, number=number, headings=headings, text="")
                for number, headings in rows
            ]

    def read(self, name: str, first: int, most: int) -> list[Passage]:
        """Sections of a document from the number `first` on, up to `most` characters but one at
        least; raises NoIndexYet, NoSuchPassage."""
        with self._open() as index:
            file, name = _file(index, name)
            rows = index.execute(
                "SELECT number, headings, text FROM sections"
                " WHERE file = ? AND number >= ? ORDER BY number",
                (file, first),
            )
            passages, left = list[Passage](), most
            for number, headings, text in rows:
                left -= len(text)
                if passages and left < 0:
                    break
                passages.append(Passage(file=name, number=number, headings=headings, text=text))
        if not passages:
            raise NoSuchPassage
        return passages

    def holdings(self) -> Holdings:
        """What it holds; raises NoIndexYet."""
        with self._open() as index:
            (files,) = index.execute("SELECT count(*) FROM files WHERE trouble IS NULL").fetchone()
            failed = index.execute(
                "SELECT name, trouble FROM files WHERE trouble IS NOT NULL ORDER BY name"
            )
            return Holdings(files, {name: Trouble(trouble) for name, trouble in failed})

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(open_for_reading(self._index)) as index:
                index.set_progress_handler(lambda: 1, LONGEST_SEARCH_STEPS)
                yield index
        except sqlite3.Error as error:
            raise NoIndexYet from error


def _file(index: sqlite3.Connection, name: str) -> tuple[int, str]:
    """Its id and its whole name; the last part of that is enough where no other file has it."""
    rows = index.execute(
        "SELECT id, name FROM files WHERE trouble IS NULL AND (name = ?1 OR"
        " substr(name, -length(?1) - 1) = '/' || ?1) ORDER BY name = ?1 DESC LIMIT 2",
        (name,),
    ).fetchall()
    if not rows or (len(rows) == 2 and rows[0][1] != name):
        raise NoSuchPassage
    return int(rows[0][0]), str(rows[0][1])
