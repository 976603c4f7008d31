"""What the bot API gives back: messages, boosts and pages, as frozen values. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

LONGEST_BOOST = 16
"""Characters. Campfire takes more (a43, a108), but a phone wraps them."""
MOST_ON_A_PAGE = 40
"""Messages of the index (docs/campfire.md, "The bot API")."""


@dataclass(frozen=True, slots=True)
class Creator:
    """Who wrote a message."""

    id: int
    name: str
    role: str
    """member, administrator or bot."""

    @property
    def is_bot(self) -> bool:
        """Whether a program wrote it."""
        return self.role == "bot"


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the index shows it (docs/campfire.md, "The bot API")."""

    id: int
    created_at: datetime
    text: str
    """Plain, mentions as `@Name`; of a file its name (Rails) or nothing (port)."""
    html: str
    creator: Creator | None
    """None when the person was removed."""
    room_id: int

    @property
    def is_file(self) -> bool:
        """Whether it is a file: its name is all the text it has."""
        return bool(self.text.strip()) and not self.html.strip()


@dataclass(frozen=True, slots=True)
class Page:
    """At most 40 messages of a room, oldest first."""

    messages: tuple[Message, ...]
    total: int
    """How many the room has."""
    next_before: int | None = None
    """Where the older ones begin; None at the room's start, and on a page asked for by `after`."""
    next_after: int | None = None
    """Where the newer ones begin; None at the end, and on a page not asked for by `after`."""


@dataclass(frozen=True, slots=True)
class Boost:
    """A short sign on a message."""

    id: int
    content: str
    message_id: int


def message_from(json: dict[str, Any]) -> Message:
    """Read one message; raises KeyError, TypeError or ValueError when it is none."""
    return Message(
        id=int(json["id"]),
        created_at=datetime.fromisoformat(json["created_at"]),
        text=str(json["body"]["plain_text"] or ""),
        html=str(json["body"]["html"] or ""),
        creator=_creator(json["creator"]) if json.get("creator") else None,
        room_id=int(json["room"]["id"]),
    )


def messages_from(json: Any) -> tuple[Message, ...]:
    """Read a page's messages; raises as `message_from`."""
    if not isinstance(json, list):
        raise TypeError
    return tuple(map(message_from, json))


def boost_from(json: dict[str, Any]) -> Boost:
    """Read one boost; raises KeyError, TypeError or ValueError when it is none."""
    return Boost(int(json["id"]), str(json["content"]), int(json["message"]["id"]))


def _creator(json: dict[str, Any]) -> Creator:
    return Creator(int(json["id"]), str(json["name"]), str(json["role"]))
