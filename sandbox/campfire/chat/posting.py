"""What follows a new message: notices are pushed, it is drawn for open pages, bots are called.

In that order, each a step that can fail: a message that cannot be drawn is stored and pushed all
the same, but calls no bot, and whoever posted it gets an error (a28, a175).
"""

from sandbox.campfire.bodies.presentation import rendered_body
from sandbox.campfire.chat.chat import Chat
from sandbox.campfire.chat.events import ChatEvent
from sandbox.campfire.chat.jobs import JobFailed, Jobs, Missing
from sandbox.campfire.chat.push_log import Push, PushLog
from sandbox.campfire.rails.signed_ids import BrokenSgid
from sandbox.campfire.stored.messages import Message, Upload
from sandbox.campfire.stored.people import Person
from sandbox.campfire.stored.pictures import is_broken_picture
from sandbox.campfire.stored.rooms import Membership, Room

NOT_DRAWN = JobFailed("ArgumentError", "invalid base64")
NO_PICTURE = JobFailed(
    "Vips::Error", 'VipsForeignLoad: "(a temporary file)" is not a known file format\n'
)


class Stored(Exception):
    """The message is in the room, but what had to follow failed: {cause}"""

    def __init__(self, message: Message, cause: JobFailed) -> None:
        super().__init__(str(cause))
        self.message = message
        self.cause = cause


class Posting:
    """Posts into rooms and tells who is to be told."""

    def __init__(self, chat: Chat, jobs: Jobs, pushes: PushLog) -> None:
        self._chat = chat
        self._jobs = jobs
        self._pushes = pushes
        self.deviceless: set[int] = set()
        """Ids of people who allowed notices on no device; the sandbox's people all did."""

    def post(
        self, author: Person, room: Room, body: str | None, upload: Upload | None = None
    ) -> Message:
        """Store a message and queue its notices. Raises `Stored` when it cannot be drawn."""
        message = self._chat.post(author, room, body, upload)
        kind = f"Rooms::{room.kind.title()}"

        async def push() -> None:
            self._push(kind, room.id, message.id)

        self._jobs.enqueue("Room::PushMessageJob", push)
        if upload is not None and is_broken_picture(upload.content_type, upload.data):
            raise Stored(message, NO_PICTURE)
        try:
            rendered_body(message.html, self._chat.people.name_of)
        except BrokenSgid as error:
            raise Stored(message, NOT_DRAWN) from error
        return message

    def _push(self, kind: str, room_id: int, message_id: int) -> None:
        room = self._chat.rooms.get(room_id)
        if room is None:
            raise Missing(kind, room_id, ' [WHERE "rooms"."type" = ?]')
        message = self._chat.messages.get(message_id)
        if message is None:
            raise Missing("Message", message_id)
        for people in self._told(message):
            self._pushes.add(self._notice(room, message, people))
            self._chat.hub.publish(ChatEvent("pushed", room.id, message.id))

    def _told(self, message: Message) -> list[list[Person]]:
        """First those who want everything, then those who are mentioned; never both times."""
        absent = [m for m in self._chat.rooms.memberships(message.room_id) if self._away(m)]
        mentioned = {person.id for person in self._chat.mentionees(message)}
        groups = (
            [m for m in absent if m.involvement == "everything"],
            [m for m in absent if m.involvement == "mentions" and m.person_id in mentioned],
        )
        told = (self._subscribers(group, message.creator_id) for group in groups)
        return [people for people in told if people]

    def _subscribers(self, members: list[Membership], author_id: int) -> list[Person]:
        """Those of them who have a device that takes notices; bots have none."""
        without = self.deviceless | {author_id}
        people = (self._chat.people.get(m.person_id) for m in members if m.person_id not in without)
        return [person for person in people if person and person.active and not person.is_bot]

    def _away(self, member: Membership) -> bool:
        return not self._chat.presence.is_there(member.room_id, member.person_id)

    def _notice(self, room: Room, message: Message, people: list[Person]) -> Push:
        author = self._chat.people.name_of(message.creator_id) or ""
        try:
            text = self._chat.plain_text(message)
        except BrokenSgid as error:
            raise NOT_DRAWN from error
        shared = room.kind != "direct"
        return Push(
            at=message.created_at,
            room_id=room.id,
            message_id=message.id,
            title=(room.name or "") if shared else author,
            body=f"{author}: {text}" if shared else text,
            path=f"/rooms/{room.id}",
            to=tuple(person.name for person in people),
        )
