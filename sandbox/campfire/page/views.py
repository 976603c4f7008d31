"""What the page's templates are given, and the templates themselves."""

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sandbox.campfire.bodies.presentation import shown_body
from sandbox.campfire.campfire import Campfire
from sandbox.campfire.chat.push_log import Push
from sandbox.campfire.rails.signed_ids import BrokenSgid, avatar_path, sgid_of
from sandbox.campfire.stored.messages import Attachment, Message
from sandbox.campfire.stored.people import Person
from sandbox.campfire.stored.pictures import is_picture, picture_size
from sandbox.campfire.stored.rooms import Room

PUSHES_SHOWN = 20
_EMOJI_ONLY_LENGTH = 12
_EMOJI_CATEGORIES = frozenset({"So", "Sk", "Cf", "Mn"})


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room in the list and in the heading."""

    id: int
    kind: str
    title: str
    members: tuple[Person, ...]
    is_unread: bool

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
    picture_width: float | None
    boosts: tuple[BoostView, ...]

    @property
    def is_previewed(self) -> bool:
        """Whether the file is shown as a picture."""
        return self.attachment is not None and is_picture(self.attachment.content_type)


class Views:
    """Renders the page's parts over one chat."""

    def __init__(self, campfire: Campfire) -> None:
        self._campfire = campfire
        self._chat = campfire.chat
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["file_size"] = file_size
        self._templates.filters["initials"] = initials
        self._templates.filters["avatar"] = avatar_path

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
        unread = viewer is not None and room.id in self._chat.rooms.unread_rooms(viewer.id)
        return RoomView(room.id, room.kind, room.name or " & ".join(others), members, unread)

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
            Markup(self._body(message)),  # noqa: S704 - filtered
            _is_emoji(self._plain(message)) and message.attachment is None,
            message.attachment,
            self._picture_width(message),
            tuple(
                BoostView(boost.content, self._chat.people.name_of(boost.booster_id) or "")
                for boost in boosts
            ),
        )

    def pushes(self) -> list[Push]:
        """The last notices, newest first."""
        return self._campfire.pushes.all()[: -PUSHES_SHOWN - 1 : -1]

    def mentionable(self, room: RoomView, viewer: Person) -> list[dict[str, object]]:
        """Whom the composer offers in this room, bots first."""
        members = sorted(room.members, key=lambda person: (not person.is_bot, person.id))
        return [
            {
                "id": p.id,
                "name": p.name,
                "bot": p.is_bot,
                "sgid": sgid_of(p.id),
                "avatar": avatar_path(p.id),
            }
            for p in members
            if p.id != viewer.id and p.active
        ]

    def _plain(self, message: Message) -> str:
        try:
            return self._chat.plain_text(message)
        except BrokenSgid:
            return ""

    def _body(self, message: Message) -> str:
        """What is shown of the text; beside a file it is not (a126)."""
        if message.attachment is not None:
            return ""
        stripped = self._campfire.bot_api.mode == "main"
        return shown_body(message.html, self._chat.people.name_of, stripped=stripped)

    def _picture_width(self, message: Message) -> float | None:
        """How wide a picture is shown: half its pixels (a23)."""
        if message.attachment is None or not is_picture(message.attachment.content_type):
            return None
        data = self._chat.messages.attachment_data(message.id) or b""
        size = picture_size(message.attachment.content_type, data)
        return size[0] / 2 if size else None

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
