"""A file that somebody posted, as Campfire's database has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks at files, and in which room: what is not in that room is not there."""

    room_id: int
    bot_user_id: int
    """The bot has to be a member of the room."""
    asker_user_id: int | None
    """So has who asks, where anybody is known to ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedFile:
    """One file; its name and its poster's are others' words."""

    message_id: int
    """Campfire's number of the message that it is."""
    name: str
    content_type: str
    """As the browser or Campfire took it for."""
    size: int
    """Bytes."""
    posted_by: str
    posted_at: str
    """In UTC, as `2026-11-28 10:00:00`."""
    key: str
    """Where it lies on disk; told to nobody."""
    service: str
    """What keeps it: `local`, or a name of the operator's."""


class Storage(Protocol):
    """Finds and reads posted files. Raises ToolFailed with a sentence for the model."""

    async def lately(self, viewer: Viewer, most: int) -> Sequence[PostedFile]:
        """The newest files of the room, newest first; none where somebody is no member."""
        ...

    async def one(self, viewer: Viewer, message_id: int) -> PostedFile | None:
        """The file that a message of the room is."""
        ...

    async def read(self, file: PostedFile, longest: int) -> bytes:
        """The file's bytes, of which there are at most `longest`."""
        ...
