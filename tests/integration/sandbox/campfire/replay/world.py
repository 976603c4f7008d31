"""The recorded Campfire's people, rooms and ids, made anew in a stand-in, and looked at.

Everything a recording tells of the database is read here in the recording's own words.
"""

from dataclasses import replace
from typing import Any

import httpx

from sandbox.campfire.bodies.presentation import rendered_body
from sandbox.campfire.campfire import Campfire
from sandbox.campfire.chat.push_log import Push
from sandbox.campfire.stored.messages import Message, Upload
from sandbox.campfire.stored.people import Person
from sandbox.campfire.stored.rooms import RoomKind
from sandbox.server import SandboxServer
from tests.integration.sandbox.campfire.answering_server import AnsweringServer
from tests.integration.sandbox.campfire.replay.recordings import Json
from tests.integration.sandbox.campfire.replay.shown import shown_message

ADA, MIKE, ASSISTANT, SECOND, BOB, LI_LEI, ANN, ANNA, GONE = range(1, 10)
ROOM_NAMES: dict[int, tuple[RoomKind, str | None, list[int]]] = {
    1: ("open", "All Talk", [ADA, MIKE, ASSISTANT, SECOND, BOB, LI_LEI]),
    2: ("open", "Support", [ADA, MIKE, ASSISTANT, SECOND, BOB, LI_LEI]),
    3: ("closed", "Core team", [ADA, MIKE, ASSISTANT, SECOND]),
    4: ("closed", "People only", [ADA, MIKE]),
    5: ("direct", None, [ADA, ASSISTANT]),
    6: ("direct", None, [MIKE, ASSISTANT]),
    7: ("direct", None, [ADA, ASSISTANT, SECOND]),
    8: ("direct", None, [ADA, SECOND]),
    9: ("direct", None, [MIKE, SECOND]),
    10: ("closed", "Lab", [ADA, MIKE, ASSISTANT]),
}


class World:
    """One stand-in with the recorded people and rooms, for one case."""

    def __init__(
        self, server: SandboxServer, webhook: AnsweringServer, http: httpx.AsyncClient
    ) -> None:
        self.server = server
        self.campfire: Campfire = server.campfire
        self.chat = server.campfire.chat
        self.webhook = webhook
        self.http = http
        self.posted_id: int | None = None

    def settle_in(self, recording: Json) -> None:
        """Make the people and rooms of this recording's time; the seed's give way."""
        for room in self.chat.rooms.all():
            self.chat.rooms.delete(room.id)
        told = str(recording)
        self._make_people(told)
        self.campfire.posting.deviceless.add(ANNA)
        for room_id in ROOM_NAMES:
            self.make_room(room_id)
        if '"Ann"' in told or "'Ann'" in told:
            for room_id in (1, 2):
                self.chat.rooms.add_member(room_id, ANN)
                self.chat.rooms.add_member(room_id, ANNA)

    def make_room(self, room_id: int, name: str | None = "Doomed") -> None:
        """A room by its recorded id; one that is not known is closed and has this name."""
        kind, name, members = ROOM_NAMES.get(room_id, ("closed", name, [ADA, MIKE, ASSISTANT]))
        self.execute("DELETE FROM rooms WHERE id = ?", room_id)
        self.execute("INSERT INTO rooms (id, kind, name) VALUES (?, ?, ?)", room_id, kind, name)
        for member in members:
            self.chat.rooms.add_member(room_id, member)

    def person(self, person_id: int) -> Person:
        """Somebody who must be there."""
        found = self.chat.people.get(person_id)
        assert found is not None
        return found

    def change_bot(self, bot_id: int, **changes: Any) -> None:
        """Give a bot another token or webhook, or deactivate it."""
        self.chat.people.save(replace(self.person(bot_id), **changes))

    def next_message_id(self, message_id: int) -> None:
        """The next message gets this id."""
        self._next_id("messages", message_id)

    def next_boost_id(self, boost_id: int) -> None:
        """The next boost gets this id."""
        self._next_id("boosts", boost_id)

    def put(
        self,
        message_id: int,
        room_id: int,
        creator: int,
        html: str,
        file: Upload | None = None,
        *,
        unread: bool = False,
    ) -> Message:
        """A message that was there before; its marks are forgotten unless it is `unread`."""
        self.next_message_id(message_id)
        room = self.chat.rooms.get(room_id)
        assert room is not None
        message = self.chat.post(self.person(creator), room, html, file)
        if not unread:
            self.forget_marks()
        return message

    def forget_marks(self) -> None:
        """As before each recorded case: nobody has anything unread."""
        self.execute("UPDATE memberships SET unread_at = NULL")

    def execute(self, statement: str, *values: object) -> None:
        """What only a database can do."""
        self.chat.rooms._database.execute(statement, values)

    def messages_of(self, room_id: int, first_id: int) -> list[Json]:
        """The room's messages from this id on, as `messages_now` has them."""
        found = self.chat.messages.after(room_id, first_id - 1, 1000)
        return [self.row(message) for message in found]

    def row(self, message: Message) -> Json:
        """One message in the recording's words."""
        attachment = message.attachment
        return {
            "id": message.id,
            "room": message.room_id,
            "creator": message.creator_id,
            "stored_html": message.html or "",
            "stored_chars": len(message.html or ""),
            "attachment": attachment
            and {
                "filename": attachment.filename,
                "content_type": attachment.content_type,
                "bytes": attachment.byte_size,
            },
            "plain_text": self.chat.plain_text(message),
            "mentionees": [person.name for person in self.chat.mentionees(message)],
            "shown_in_room": shown_message(self.campfire, message),
        }

    def index_html(self, message: Message) -> str:
        """The body as the bot API shows it."""
        return rendered_body(message.html, self.chat.people.name_of)

    def unread_for(self) -> list[str]:
        """Who has a mark anywhere."""
        marked = {
            member.person_id
            for room in self.chat.rooms.all()
            for member in self.chat.rooms.memberships(room.id)
            if member.unread_at
        }
        return [self.person(person_id).name for person_id in marked]

    def pushes(self) -> list[Json]:
        """What was handed on, in the recording's words."""
        return [_push_json(push) for push in self.campfire.pushes.all()]

    def failed_jobs(self) -> list[Json]:
        """Which jobs failed."""
        return [
            {"job": failed.job, "exception": failed.exception, "error": failed.error}
            for failed in self.campfire.jobs.failed
        ]

    def _make_people(self, told: str) -> None:
        webhook = f"{self.webhook.url}/webhook"
        bob = "Robert Baker" if "Robert Baker" in told else "Bob Baker"
        self.execute("DELETE FROM people")
        for person in (
            Person(ADA, "Ada Admin", "administrator"),
            Person(MIKE, "Mike Member", "member"),
            _bot(ASSISTANT, "Assistant", "assistant", "52d8d3ea9c87", f"{webhook}/assistant"),
            _bot(SECOND, "Second Bot", "second_bot", "4fe587476a1c", f"{webhook}/second"),
            Person(BOB, bob, "member"),
            Person(LI_LEI, "李雷", "member"),
            _bot(ANN, "Ann", "ann", "annannannann", f"{webhook}/ann"),
            Person(ANNA, "Anna", "member"),
        ):
            self.chat.people.save(person)

    def _next_id(self, table: str, row_id: int) -> None:
        self.execute("DELETE FROM sqlite_sequence WHERE name = ?", table)
        self.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", table, row_id - 1)


def _bot(person_id: int, name: str, bot_id: str, token: str, url: str) -> Person:
    return Person(person_id, name, "bot", True, bot_id, token, url)


def _push_json(push: Push) -> Json:
    return {"title": push.title, "body": push.body, "path": push.path, "to": list(push.to)}
