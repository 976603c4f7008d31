"""Messages with their attachments and boosts."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way into a room."""

    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """What a message tells of its file; `byte_size` in bytes."""

    filename: str
    content_type: str
    byte_size: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it is stored; `html` is None when it is only a file."""

    id: int
    room_id: int
    creator_id: int
    html: str | None
    created_at: str
    attachment: Attachment | None


@dataclass(frozen=True, slots=True)
class Boost:
    """A small reaction to a message."""

    id: int
    message_id: int
    booster_id: int
    content: str
    created_at: str


_SELECT = (
    "SELECT m.*, a.filename, a.content_type, a.byte_size FROM messages m"
    " LEFT JOIN attachments a ON a.message_id = m.id"
)


class Messages:
    """All messages, page by page."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def create(
        self, room_id: int, creator_id: int, html: str | None, upload: Upload | None, at: str
    ) -> Message:
        """Store a message; its id is larger than that of any message before, deleted ones too."""
        with self._transaction():
            cursor = self._database.execute(
                "INSERT INTO messages (room_id, creator_id, html, created_at) VALUES (?, ?, ?, ?)",
                (room_id, creator_id, html, at),
            )
            message_id = cursor.lastrowid or 0
            if upload is not None:
                self._attach(message_id, upload)
        attachment = None
        if upload is not None:
            attachment = Attachment(upload.filename, upload.content_type, len(upload.data))
        return Message(message_id, room_id, creator_id, html, at, attachment)

    def get(self, message_id: int) -> Message | None:
        """One message by id."""
        rows = self._database.execute(f"{_SELECT} WHERE m.id = ?", (message_id,))
        return next(map(_message, rows), None)

    def count(self, room_id: int) -> int:
        """How many a room has."""
        query = "SELECT COUNT(*) FROM messages WHERE room_id = ?"
        return int(self._database.execute(query, (room_id,)).fetchone()[0])

    def before(self, room_id: int, message_id: int | None, limit: int) -> list[Message]:
        """The newest `limit` messages older than `message_id` (of all when None), oldest first."""
        rows = self._database.execute(
            f"{_SELECT} WHERE m.room_id = ? AND (? IS NULL OR m.id < ?) ORDER BY m.id DESC LIMIT ?",
            (room_id, message_id, message_id, limit),
        )
        return [*map(_message, rows)][::-1]

    def after(self, room_id: int, message_id: int, limit: int) -> list[Message]:
        """The oldest `limit` messages newer than `message_id`, oldest first."""
        rows = self._database.execute(
            f"{_SELECT} WHERE m.room_id = ? AND m.id > ? ORDER BY m.id LIMIT ?",
            (room_id, message_id, limit),
        )
        return [*map(_message, rows)]

    def update(self, message_id: int, html: str) -> None:
        """Give a message another body."""
        self._database.execute("UPDATE messages SET html = ? WHERE id = ?", (html, message_id))

    def replace_file(self, message_id: int, upload: Upload) -> None:
        """Give a message another file, or its first one."""
        with self._transaction():
            self._database.execute("DELETE FROM attachments WHERE message_id = ?", (message_id,))
            self._attach(message_id, upload)

    def delete(self, message_id: int) -> None:
        """Take a message away with its boosts and file."""
        self._database.execute("DELETE FROM messages WHERE id = ?", (message_id,))

    def attachment_data(self, message_id: int) -> bytes | None:
        """The bytes of a message's file."""
        query = "SELECT data FROM attachments WHERE message_id = ?"
        row = self._database.execute(query, (message_id,)).fetchone()
        return bytes(row["data"]) if row else None

    def _attach(self, message_id: int, upload: Upload) -> None:
        self._database.execute(
            "INSERT INTO attachments (message_id, filename, content_type, byte_size, data)"
            " VALUES (?, ?, ?, ?, ?)",
            (message_id, upload.filename, upload.content_type, len(upload.data), upload.data),
        )

    def _transaction(self) -> sqlite3.Connection:
        self._database.execute("BEGIN IMMEDIATE")
        return self._database


class Boosts:
    """All boosts."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def create(self, message_id: int, booster_id: int, content: str, at: str) -> Boost:
        """Store a boost."""
        cursor = self._database.execute(
            "INSERT INTO boosts (message_id, booster_id, content, created_at) VALUES (?, ?, ?, ?)",
            (message_id, booster_id, content, at),
        )
        return Boost(cursor.lastrowid or 0, message_id, booster_id, content, at)

    def of(self, message_id: int) -> list[Boost]:
        """The boosts of a message, oldest first."""
        query = "SELECT * FROM boosts WHERE message_id = ? ORDER BY id"
        return [Boost(**row) for row in self._database.execute(query, (message_id,))]

    def delete(self, boost_id: int) -> None:
        """Take a boost back."""
        self._database.execute("DELETE FROM boosts WHERE id = ?", (boost_id,))


def _message(row: sqlite3.Row) -> Message:
    attachment = None
    if row["filename"] is not None:
        attachment = Attachment(row["filename"], row["content_type"], row["byte_size"])
    return Message(
        row["id"], row["room_id"], row["creator_id"], row["html"], row["created_at"], attachment
    )
