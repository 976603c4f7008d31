"""Writes an index. Readers see each batch of files whole, and are never made to wait."""

import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

from consumer.documents.section import BETWEEN, Section, Trouble
from consumer.knowledge.schema import FORMAT, TABLES
from consumer.knowledge.words import indexed

COMMIT_EVERY_S = 1.0
MANY = 500
"""Changed files after which the index is put in order."""


class Store:
    """Open for one run, as a context."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._changed = 0
        self._committed = time.monotonic()

    def __enter__(self) -> Self:
        try:
            self._database = _opened(self._file)
        except sqlite3.DatabaseError:
            # Of another release, or damaged: it is made of the folder alone, so it can go.
            _removed(self._file)
            self._database = _opened(self._file)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._database.close()
            if issubclass(kind, sqlite3.DatabaseError) and kind is not sqlite3.OperationalError:
                _removed(self._file)  # damaged inside: the next run makes it anew
            return
        if self._changed > MANY:
            self._database.execute("INSERT INTO words (words) VALUES ('optimize')")
        self._database.commit()
        with suppress(sqlite3.OperationalError):  # somebody reads: the next run does it
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._database.close()

    def stamps(self) -> dict[str, str]:
        """Every file of the index with its stamp, those that could not be read too."""
        return dict(self._database.execute("SELECT name, stamp FROM files"))

    def put(self, name: str, stamp: str, sections: list[Section]) -> None:
        """Write the sections that a file has now."""
        file = self._named(name, stamp, None)
        for number, section in enumerate(sections, 1):
            headings = BETWEEN.join(section.headings)
            added = self._database.execute(
                "INSERT INTO sections (file, number, headings, text) VALUES (?, ?, ?, ?)",
                (file, number, headings, section.text),
            )
            self._database.execute(
                "INSERT INTO words (rowid, name, above, heading, text) VALUES (?, ?, ?, ?, ?)",
                (added.lastrowid, *_words(name, headings, section.text)),
            )
        self._commit_now_and_then()

    def fail(self, name: str, stamp: str, trouble: Trouble) -> None:
        """The file gives no text; it is not looked at again before it is changed."""
        self._named(name, stamp, trouble.value)
        self._commit_now_and_then()

    def remove(self, name: str) -> None:
        """Take out a file that is gone."""
        rows = self._database.execute(
            "SELECT s.id, headings, text FROM sections s JOIN files f ON f.id = s.file"
            " WHERE f.name = ?",
            (name,),
        ).fetchall()
        for row, headings, text in rows:
            self._database.execute(
                "INSERT INTO words (words, rowid, name, above, heading, text)"
                " VALUES ('delete', ?, ?, ?, ?, ?)",
                (row, *_words(name, headings, text)),
            )
            self._database.execute("DELETE FROM sections WHERE id = ?", (row,))
        self._database.execute("DELETE FROM files WHERE name = ?", (name,))

    def _named(self, name: str, stamp: str, trouble: str | None) -> int | None:
        self.remove(name)
        return self._database.execute(
            "INSERT INTO files (name, stamp, trouble) VALUES (?, ?, ?)", (name, stamp, trouble)
        ).lastrowid

    def _commit_now_and_then(self) -> None:
        self._changed += 1
        if time.monotonic() - self._committed > COMMIT_EVERY_S:
            self._database.commit()
            self._committed = time.monotonic()


def _words(name: str, headings: str, text: str) -> tuple[str, str, str, str]:
    above, _, heading = headings.rpartition(BETWEEN)
    return indexed(name), indexed(above), indexed(heading), indexed(text)


def _opened(file: Path) -> sqlite3.Connection:
    """Raises sqlite3.DatabaseError for what is no index as we make them."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = not file.exists()
    database = sqlite3.connect(file, timeout=30)
    try:
        database.execute("PRAGMA journal_mode = wal")
        database.execute("PRAGMA synchronous = normal")
        if fresh:
            database.executescript(TABLES)
            database.execute("INSERT INTO about VALUES (?)", (FORMAT,))
            database.commit()
        if database.execute("SELECT format FROM about").fetchall() != [(FORMAT,)]:
            raise sqlite3.DatabaseError("of another release")
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database


def _removed(file: Path) -> None:
    for end in ("", "-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
