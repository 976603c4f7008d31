"""Rooms and who is in them. Direct rooms (pings) have no name, as in Campfire."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

RoomKind = Literal["open", "closed", "direct"]
Involvement = Literal["everything", "mentions", "nothing", "invisible"]


@dataclass(frozen=True, slots=True)
class Room:
    """A place to write in."""

    id: int
    kind: RoomKind
    name: str | None


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody's place in a room: what they want to be told of, and since when it is unread."""

    room_id: int
    person_id: int
    involvement: Involvement
    unread_at: str | None


class Rooms:
    """All rooms and memberships."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def get(self, room_id: int) -> Room | None:
        """One room by id."""
        rows = self._database.execute("SELECT * FROM rooms WHERE id = ?", (room_id,))
        return next(map(_room, rows), None)

    def all(self) -> list[Room]:
        """Every room, in the order of ids."""
        return [*map(_room, self._database.execute("SELECT * FROM rooms ORDER BY id"))]

    def ensure(
        self, slug: str, kind: RoomKind, name: str | None, member_ids: Iterable[int]
    ) -> Room:
        """The room of this slug, made when it is missing; its id never changes afterwards."""
        row = self._database.execute("SELECT * FROM rooms WHERE slug = ?", (slug,)).fetchone()
        room = _room(row) if row else self.create(kind, name, slug)
        for member_id in member_ids:
            self.add_member(room.id, member_id)
        return room

    def create(self, kind: RoomKind, name: str | None, slug: str | None = None) -> Room:
        """A new room without members."""
        cursor = self._database.execute(
            "INSERT INTO rooms (kind, name, slug) VALUES (?, ?, ?)", (kind, name, slug)
        )
        return Room(cursor.lastrowid or 0, kind, name)

    def delete(self, room_id: int) -> None:
        """Take a room away with its messages."""
        for table, column in (("messages", "room_id"), ("memberships", "room_id"), ("rooms", "id")):
            self._database.execute(f"DELETE FROM {table} WHERE {column} = ?", (room_id,))  # noqa: S608 - both from the line above

    def member_ids(self, room_id: int) -> list[int]:
        """Who is in a room, by id."""
        rows = self._database.execute(
            "SELECT person_id FROM memberships WHERE room_id = ? ORDER BY person_id", (room_id,)
        )
        return [row["person_id"] for row in rows]

    def is_member(self, room_id: int, person_id: int) -> bool:
        """Whether this person is in that room."""
        query = "SELECT 1 FROM memberships WHERE room_id = ? AND person_id = ?"
        return self._database.execute(query, (room_id, person_id)).fetchone() is not None

    def memberships(self, room_id: int) -> list[Membership]:
        """Everybody's place in a room, in the order of ids."""
        rows = self._database.execute(
            "SELECT * FROM memberships WHERE room_id = ? ORDER BY person_id", (room_id,)
        )
        return [Membership(**row) for row in rows]

    def unread_rooms(self, person_id: int) -> list[int]:
        """The rooms with an unread mark for somebody."""
        query = "SELECT room_id FROM memberships WHERE person_id = ? AND unread_at IS NOT NULL"
        return [row["room_id"] for row in self._database.execute(query, (person_id,))]

    def add_member(self, room_id: int, person_id: int) -> None:
        """Let somebody in, told of everything in a ping, else of mentions; twice is once."""
        room = self.get(room_id)
        involvement = "everything" if room and room.kind == "direct" else "mentions"
        self._database.execute(
            "INSERT OR IGNORE INTO memberships (room_id, person_id, involvement) VALUES (?, ?, ?)",
            (room_id, person_id, involvement),
        )

    def involve(self, room_id: int, person_id: int, involvement: Involvement) -> None:
        """Set what a member wants to be told of."""
        self._database.execute(
            "UPDATE memberships SET involvement = ? WHERE room_id = ? AND person_id = ?",
            (involvement, room_id, person_id),
        )

    def mark_unread(self, room_id: int, person_ids: Iterable[int], at: str) -> None:
        """Give these members an unread mark."""
        self._database.executemany(
            "UPDATE memberships SET unread_at = ? WHERE room_id = ? AND person_id = ?",
            [(at, room_id, person_id) for person_id in person_ids],
        )

    def mark_read(self, room_id: int, person_id: int) -> None:
        """Take a member's unread mark away."""
        self._database.execute(
            "UPDATE memberships SET unread_at = NULL WHERE room_id = ? AND person_id = ?",
            (room_id, person_id),
        )

    def remove_member(self, room_id: int, person_id: int) -> None:
        """Show somebody out."""
        self._database.execute(
            "DELETE FROM memberships WHERE room_id = ? AND person_id = ?", (room_id, person_id)
        )


def _room(row: sqlite3.Row) -> Room:
    return Room(row["id"], row["kind"], row["name"])
