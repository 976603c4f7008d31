"""Campfire's SQLite database, read beside Campfire: fixed queries over five tables.

Tables and columns: docs/campfire.md. Opened for each question, as `mode=ro` and never `immutable`:
the newest posts stand in the write-ahead log, which an immutable database is not looked for in.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from consumer.posted_files.posted_file import PostedFile, Viewer

WAIT_S = 2.0
"""For a lock; readers of a write-ahead log hardly ever need one."""
READ: Mapping[str, Sequence[str]] = {
    "messages": ("id", "room_id", "creator_id", "created_at"),
    "memberships": ("room_id", "user_id"),
    "users": ("id", "name"),
    "active_storage_attachments": ("name", "record_type", "record_id", "blob_id"),
    "active_storage_blobs": ("id", "key", "filename", "content_type", "service_name", "byte_size"),
}
_FILES = """
SELECT messages.id, blobs.filename, coalesce(blobs.content_type, ''), blobs.byte_size,
       coalesce(users.name, ''), substr(messages.created_at, 1, 19), blobs.key, blobs.service_name
FROM messages
JOIN active_storage_attachments AS attachments
  ON attachments.record_type = 'Message' AND attachments.record_id = messages.id
 AND attachments.name = 'attachment'
JOIN active_storage_blobs AS blobs ON blobs.id = attachments.blob_id
LEFT JOIN users ON users.id = messages.creator_id
WHERE messages.room_id = :room
  AND (:message IS NULL OR messages.id = :message)
  AND EXISTS (SELECT 1 FROM memberships WHERE room_id = :room AND user_id = :bot)
  AND (:asker IS NULL
       OR EXISTS (SELECT 1 FROM memberships WHERE room_id = :room AND user_id = :asker))
ORDER BY messages.id DESC LIMIT :most
"""


def missing(file: Path) -> str | None:
    """What the database lacks of what is read, or why it cannot be opened; None: nothing."""
    try:
        with closing(_opened(file)) as database:
            for table, columns in READ.items():
                database.execute(f"SELECT {', '.join(columns)} FROM {table} LIMIT 0")  # noqa: S608
    except sqlite3.Error as error:
        return str(error)
    return None


def files(
    file: Path, viewer: Viewer, most: int, message_id: int | None = None
) -> Sequence[PostedFile]:
    """The newest files of a room, or one of them; raises sqlite3.Error."""
    asked = {
        "room": viewer.room_id,
        "bot": viewer.bot_user_id,
        "asker": viewer.asker_user_id,
        "message": message_id,
        "most": most,
    }
    with closing(_opened(file)) as database:
        return [_posted(row) for row in database.execute(_FILES, asked)]


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=WAIT_S)


def _posted(row: Sequence[object]) -> PostedFile:
    message_id, name, content_type, size, posted_by, posted_at, key, service = row
    return PostedFile(
        message_id=int(str(message_id)),
        name=str(name),
        content_type=str(content_type),
        size=int(str(size)),
        posted_by=str(posted_by),
        posted_at=str(posted_at),
        key=str(key),
        service=str(service),
    )
