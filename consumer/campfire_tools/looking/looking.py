"""Looks back through the room of a turn, a page at a time, within bounds."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from consumer.campfire.client import Campfire
from consumer.campfire.errors import BadKey, Gone, NotInRoom, NotOffered
from consumer.campfire.messages import Message
from consumer.campfire.room import Room
from consumer.toolboxes import Asking, ToolFailed
from shared.errors import CampfireError

LOOK_S = 10.0
"""Seconds of one look; what was found by then is told."""
_WHY: tuple[tuple[type[CampfireError], str], ...] = (
    (NotOffered, "This Campfire does not let bots read what was said in a room."),
    (Gone, "There is no message with that number in this room."),
    (NotInRoom, "You are not in this room any more."),
    (BadKey, "You are not in this Campfire any more."),
)
_OTHERWISE = "The room could not be read: Campfire did not answer. It may a little later."

log = structlog.get_logger()


@dataclass(slots=True)
class Look:
    """What was looked at, newest first."""

    messages: list[Message] = field(default_factory=list)
    """Those that were wanted."""
    count: int = 0
    oldest: Message | None = None
    whole: bool = False
    """Whether nothing older is left to look at."""


@contextmanager
def reading(campfire: Campfire, asking: Asking) -> Iterator[Room]:
    """The room of the turn; within the block a CampfireError becomes a ToolFailed."""
    try:
        yield campfire.room(asking.lane)
    except CampfireError as error:
        log.info("room_not_read", error=type(error).__name__)
        raise ToolFailed(
            next((why for kind, why in _WHY if isinstance(error, kind)), _OTHERWISE)
        ) from error


async def look_back(
    room: Room,
    asking: Asking,
    wanted: Callable[[Message], bool],
    *,
    before: int | None,
    most: int,
    most_wanted: int,
    enough: Callable[[Message], bool] = lambda _: False,
) -> Look:
    """Read the room backwards from the newest message, or from the one before `before`.

    At most `most` are read; it ends at the first that is `enough`, which is not looked at. Raises
    CampfireError.
    """
    look = Look()
    try:
        async with asyncio.timeout(LOOK_S):
            async for message in room.older(before):
                if message.room_id != asking.lane.room_id:
                    continue
                if enough(message):
                    break
                if look.count >= most or len(look.messages) >= most_wanted:
                    return look
                look.count, look.oldest = look.count + 1, message
                if wanted(message):
                    look.messages.append(message)
    except TimeoutError:
        return look
    look.whole = True
    return look
