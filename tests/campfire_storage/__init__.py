"""A Campfire's storage folder: its database with what we read of it, and Active Storage's files.

The CREATE statements are ours, of the columns in docs/campfire.md and no others.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

SCHEMA = """
CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL);
CREATE TABLE memberships (room_id INTEGER NOT NULL, user_id INTEGER NOT NULL);
CREATE TABLE messages (
  id INTEGER PRIMARY KEY, room_id INTEGER NOT NULL, creator_id INTEGER NOT NULL,
  created_at DATETIME NOT NULL
);
CREATE TABLE active_storage_blobs (
  id INTEGER PRIMARY KEY, key VARCHAR NOT NULL, filename VARCHAR NOT NULL, content_type VARCHAR,
  service_name VARCHAR NOT NULL, byte_size BIGINT NOT NULL
);
CREATE TABLE active_storage_attachments (
  name VARCHAR NOT NULL, record_type VARCHAR NOT NULL, record_id BIGINT NOT NULL,
  blob_id BIGINT NOT NULL
);
"""
BOT, ANN, BOB, ROOM, ELSEWHERE = 3, 7, 8, 1, 2
"""Bob is in the other room, with the bot; Ann in this one, with the bot."""


@dataclass(frozen=True, slots=True)
class Storage:
    """The folder that an operator mounts."""

    folder: Path

    @property
    def database(self) -> Path:
        """Campfire's."""
        return self.folder / "db" / "production.sqlite3"

    def make(self, schema: str = SCHEMA) -> "Storage":
        """An empty Campfire with two rooms."""
        (self.folder / "files").mkdir(parents=True)
        (self.folder / "db").mkdir()
        with closing(sqlite3.connect(self.database)) as made:
            made.execute("PRAGMA journal_mode = wal")
            made.executescript(schema)
            if schema == SCHEMA:
                people = [(BOT, "Helper"), (ANN, "Ann"), (BOB, "Bob")]
                made.executemany("INSERT INTO users VALUES (?, ?)", people)
                members = [(ROOM, BOT), (ROOM, ANN), (ELSEWHERE, BOT), (ELSEWHERE, BOB)]
                made.executemany("INSERT INTO memberships VALUES (?, ?)", members)
            made.commit()
        return self

    def post(
        self,
        number: int,
        name: str = "report.txt",
        data: bytes = b"hello",
        *,
        room: int = ROOM,
        content_type: str | None = "text/plain",
        key: str | None = None,
        service: str = "local",
        database: sqlite3.Connection | None = None,
    ) -> Path:
        """A message that is a file, as Campfire writes it; gives the file's path."""
        kept = key if key is not None else f"{number:028d}"
        if database is None:
            with closing(sqlite3.connect(self.database)) as own:
                _insert(own, number, name, kept, room, content_type, service, len(data))
        else:
            _insert(database, number, name, kept, room, content_type, service, len(data))
        path = self.folder / "files" / kept[:2] / kept[2:4] / kept
        if key is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return path


def _insert(
    database: sqlite3.Connection,
    number: int,
    name: str,
    key: str,
    room: int,
    content_type: str | None,
    service: str,
    size: int,
) -> None:
    creator = ANN if room == ROOM else BOB
    at = f"2026-11-28 10:00:{number % 60:02d}.123456"
    database.execute("INSERT INTO messages VALUES (?, ?, ?, ?)", (number, room, creator, at))
    blob = (number, key, name, content_type, service, size)
    database.execute("INSERT INTO active_storage_blobs VALUES (?, ?, ?, ?, ?, ?)", blob)
    attachment = ("attachment", "Message", number, number)
    database.execute("INSERT INTO active_storage_attachments VALUES (?, ?, ?, ?)", attachment)
    database.commit()
