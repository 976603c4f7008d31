"""What the page's templates are given, and the templates themselves."""

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sandbox.campfire.chat import Chat
from sandbox.campfire.mentions import sgid_of
from sandbox.campfire.messages import Attachment, Message
from sandbox.campfire.people import Person
from sandbox.campfire.presentation import shown_html
from sandbox.campfire.rooms import Room

PREVIEWED_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_EMOJI_ONLY_LENGTH = 12
_EMOJI_CATEGORIES = frozenset({"So", "Sk", "Cf", "Mn"})


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room in the list and in the heading."""

    id: int
    kind: str
    title: str
    members: tuple[Person, ...]

    @property
    def bots(self) -> list[Person]:
        """The bots in it."""
        return [person for person in self.members if person.is_bot]


@dataclass(frozen=True, slots=True)
class BoostView:
    """A boost as a badge."""

    content: str
    booster: str


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as it is shown; `body` is filtered, so it may stand in the page as it is."""

    id: int
    room_id: int
    creator: Person
    created_at: str
    body: Markup
    is_emoji: bool
    attachment: Attachment | None
    boosts: tuple[BoostView, ...]

    @property
    def is_previewed(self) -> bool:
        """Whether the file is shown as a picture."""
        return self.attachment is not None and self.attachment.content_type in PREVIEWED_TYPES


class Views:
    """Renders the page's parts over one chat."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["file_size"] = file_size
        self._templates.filters["initials"] = initials

    def render(self, template: str, **values: object) -> str:
        """Fill a template."""
        return self._templates.get_template(template).render(**values)

    def message_html(self, message: Message) -> str:
        """One message as it stands in the list."""
        return self.render("message.html", message=self.message(message))

    def room(self, room: Room, viewer: Person | None) -> RoomView:
        """A room; a ping is called after the others in it."""
        ids = self._chat.rooms.member_ids(room.id)
        members = tuple(person for i in ids if (person := self._chat.people.get(i)) is not None)
        others = [person.name for person in members if viewer is None or person.id != viewer.id]
        return RoomView(room.id, room.kind, room.name or " & ".join(others), members)

    def rooms_of(self, viewer: Person) -> list[RoomView]:
        """The rooms that somebody is in."""
        rooms = [room for room in self._chat.rooms.all() if self._sees(viewer, room)]
        return [self.room(room, viewer) for room in rooms]

    def message(self, message: Message) -> MessageView:
        """A message with what belongs to it."""
        creator = self._chat.people.get(message.creator_id)
        if creator is None:
            raise LookupError(message.creator_id)
        boosts = self._chat.boosts.of(message.id)
        return MessageView(
            message.id,
            message.room_id,
            creator,
            message.created_at,
            Markup(shown_html(message.html, self._chat.people.name_of)),  # noqa: S704 - filtered
            _is_emoji(self._chat.plain_text(message)) and message.attachment is None,
            message.attachment,
            tuple(
                BoostView(boost.content, self._chat.people.name_of(boost.booster_id) or "")
                for boost in boosts
            ),
        )

    def mentionable(self, room: RoomView, viewer: Person) -> list[dict[str, object]]:
        """Whom the composer offers in this room, bots first."""
        members = sorted(room.members, key=lambda person: (not person.is_bot, person.id))
        return [
            {"id": p.id, "name": p.name, "bot": p.is_bot, "sgid": sgid_of(p.id)}
            for p in members
            if p.id != viewer.id and p.active
        ]

    def _sees(self, viewer: Person, room: Room) -> bool:
        return self._chat.rooms.is_member(room.id, viewer.id)


def initials(name: str) -> str:
    """`Technical Assistant` is TA."""
    return "".join(word[0] for word in name.split()[:2]).upper()


def file_size(size: int) -> str:
    """Bytes in people's words."""
    if size < 1000:
        return f"{size} bytes" if size != 1 else "1 byte"
    if size < 1_000_000:
        return f"{size / 1000:.1f} KB"
    return f"{size / 1_000_000:.1f} MB"


def _is_emoji(text: str) -> bool:
    """Whether a message is a few emoji and nothing else: Campfire shows those big."""
    short = text.strip()
    if not short or len(short) > _EMOJI_ONLY_LENGTH:
        return False
    return all(unicodedata.category(character) in _EMOJI_CATEGORIES for character in short)
