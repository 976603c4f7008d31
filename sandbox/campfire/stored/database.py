"""The sandbox's SQLite file: its tables, and ids that are never given twice.

AUTOINCREMENT matters: the bot remembers message ids for days, so an id that came back after a
deletion or a restart would make it drop a new message as already handled.
"""

import sqlite3
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS people (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, role TEXT NOT NULL,
    active INTEGER NOT NULL DEFAULT 1, bot_id TEXT, bot_token TEXT, webhook_url TEXT);
CREATE TABLE IF NOT EXISTS rooms (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, name TEXT, slug TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS memberships (
    room_id INTEGER NOT NULL REFERENCES rooms (id),
    person_id INTEGER NOT NULL REFERENCES people (id),
    involvement TEXT NOT NULL DEFAULT 'mentions', unread_at TEXT,
    PRIMARY KEY (room_id, person_id));
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, room_id INTEGER NOT NULL REFERENCES rooms (id),
    creator_id INTEGER NOT NULL REFERENCES people (id), html TEXT, created_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS messages_of_room ON messages (room_id, id);
CREATE TABLE IF NOT EXISTS attachments (
    message_id INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    filename TEXT NOT NULL, content_type TEXT NOT NULL, byte_size INTEGER NOT NULL,
    data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS boosts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    booster_id INTEGER NOT NULL REFERENCES people (id), content TEXT NOT NULL,
    created_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS boosts_of_message ON boosts (message_id, id);
"""


def open_database(path: Path | None) -> sqlite3.Connection:
    """Open (and create) the file, or a database in memory when `path` is None.

    Raises `sqlite3.Error` when the file is not a database or cannot be written.
    """
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
    database.row_factory = sqlite3.Row
    try:
        database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
        database.execute("PRAGMA foreign_keys = ON")
        database.executescript(_SCHEMA)
        _add_missing_columns(database)
    except BaseException:
        database.close()
        raise
    return database


def _add_missing_columns(database: sqlite3.Connection) -> None:
    """Bring a file of an earlier sandbox up to date: its rooms and messages stay."""
    present = {row["name"] for row in database.execute("PRAGMA table_info(memberships)")}
    if "unread_at" not in present:
        database.executescript(
            "ALTER TABLE memberships ADD COLUMN involvement TEXT NOT NULL DEFAULT 'mentions';"
            "ALTER TABLE memberships ADD COLUMN unread_at TEXT;"
            "UPDATE memberships SET involvement = 'everything'"
            " WHERE room_id IN (SELECT id FROM rooms WHERE kind = 'direct');"
        )
