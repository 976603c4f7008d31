"""The acts of a chat: post, edit, delete, boost. Each is stored, then told to the hub."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime

from sandbox.campfire.bodies.mentions import mentioned_user_ids, stored_form
from sandbox.campfire.bodies.plain_text import plain_text
from sandbox.campfire.chat.events import ChatEvent, EventHub, EventKind
from sandbox.campfire.chat.presence import Presence
from sandbox.campfire.stored.messages import Boost, Boosts, Message, Messages, Upload
from sandbox.campfire.stored.people import People, Person
from sandbox.campfire.stored.rooms import Room, Rooms

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Chat:
    """The whole chat of one sandbox, over one database."""

    def __init__(self, database: sqlite3.Connection, hub: EventHub, clock: Clock = utc_now) -> None:
        self.people = People(database)
        self.rooms = Rooms(database)
        self.messages = Messages(database)
        self.boosts = Boosts(database)
        self.presence = Presence()
        self.hub = hub
        self._clock = clock

    def post(
        self, author: Person, room: Room, body: str | None, upload: Upload | None = None
    ) -> Message:
        """Store a new message; `body` is HTML as somebody wrote it."""
        html = None if body is None else stored_form(body)
        message = self.messages.create(room.id, author.id, html, upload, self._now())
        self.rooms.mark_unread(room.id, self._absent(message), message.created_at)
        self._tell("created", message)
        return message

    def edit(self, message: Message, body: str | None, upload: Upload | None = None) -> Message:
        """Give a message another body or file; calls no bot, marks nothing unread (w23, a94)."""
        if body is not None:
            self.messages.update(message.id, stored_form(body))
        if upload is not None:
            self.messages.replace_file(message.id, upload)
        self._tell("edited", message)
        return self.messages.get(message.id) or message

    def delete(self, message: Message) -> None:
        """Take a message away."""
        self.messages.delete(message.id)
        self._tell("deleted", message)

    def boost(self, booster: Person, message: Message, content: str) -> Boost:
        """React to a message."""
        boost = self.boosts.create(message.id, booster.id, content, self._now())
        self._tell("boosted", message)
        return boost

    def unboost(self, message: Message, boost: Boost) -> None:
        """Take a reaction back."""
        self.boosts.delete(boost.id)
        self._tell("boosted", message)

    def plain_text(self, message: Message) -> str:
        """The text of a message; for a file without text its name, as in Rails."""
        text = plain_text(message.html or "", self.people.name_of)
        if text.strip():
            return text
        return message.attachment.filename if message.attachment else ""

    def mentionees(self, message: Message) -> list[Person]:
        """Whom Campfire takes for mentioned: by a signed mention, in the room, not deactivated."""
        members = self.rooms.member_ids(message.room_id)
        ids = [i for i in mentioned_user_ids(message.html or "") if i in members]
        return [person for i in ids if (person := self.people.get(i)) and person.active]

    def called_bots(self, author: Person, room: Room, message: Message) -> list[Person]:
        """The bots that a new message calls: all of a ping, else the mentioned members.

        Never the author itself (w20); a bot of another room is not called (w09).
        """
        if room.kind == "direct":
            members = (self.people.get(i) for i in self.rooms.member_ids(room.id))
            called = [person for person in members if person and person.active]
        else:
            called = self.mentionees(message)
        return [person for person in called if person.is_bot and person.id != author.id]

    def _absent(self, message: Message) -> list[int]:
        """Who gets an unread mark: not the author, nor who looks, nor who wants nothing of it."""
        return [
            member.person_id
            for member in self.rooms.memberships(message.room_id)
            if member.person_id != message.creator_id
            and member.involvement != "invisible"
            and not self.presence.is_there(message.room_id, member.person_id)
        ]

    def _now(self) -> str:
        return self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _tell(self, kind: EventKind, message: Message) -> None:
        self.hub.publish(ChatEvent(kind, message.room_id, message.id))
