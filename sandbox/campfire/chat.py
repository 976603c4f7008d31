"""The acts of a chat: post, edit, delete, boost. Each is stored, then told to the hub."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime

from sandbox.campfire.events import ChatEvent, EventHub, EventKind
from sandbox.campfire.mentions import mentioned_user_ids, stored_form
from sandbox.campfire.messages import Boost, Boosts, Message, Messages, Upload
from sandbox.campfire.people import People, Person
from sandbox.campfire.plain_text import plain_text
from sandbox.campfire.rooms import Room, Rooms

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
        self.hub = hub
        self._clock = clock

    def post(
        self, author: Person, room: Room, body: str | None, upload: Upload | None = None
    ) -> Message:
        """Store a new message; `body` is HTML as somebody wrote it."""
        html = None if body is None else stored_form(body)
        message = self.messages.create(room.id, author.id, html, upload, self._now())
        self._tell("created", message)
        return message

    def edit(self, message: Message, body: str) -> Message:
        """Give a message another body; calls no bot (w23)."""
        self.messages.update(message.id, stored_form(body))
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
        if text.strip() or message.attachment is None:
            return text
        return message.attachment.filename

    def called_bots(self, author: Person, room: Room, message: Message) -> list[Person]:
        """The bots that a new message calls: all of a ping, else the mentioned members.

        Never the author itself (w20); a bot of another room is not called (w09).
        """
        members = self.rooms.member_ids(room.id)
        wanted = members if room.kind == "direct" else mentioned_user_ids(message.html or "")
        bots = [self.people.get(person_id) for person_id in wanted if person_id in members]
        return [bot for bot in bots if bot and bot.is_bot and bot.active and bot.id != author.id]

    def _now(self) -> str:
        return self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _tell(self, kind: EventKind, message: Message) -> None:
        self.hub.publish(ChatEvent(kind, message.room_id, message.id))
