"""The look into a room: what was said there before a message, and by whom."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from consumer.briefing.briefed import Mark
from consumer.briefing.quiet_rooms import QuietRooms
from consumer.campfire.client import Campfire
from consumer.campfire.messages import Message
from consumer.queue.claim import Claim
from consumer.queue.lines import Lines
from shared.lane import Lane
from shared.numbers import whole_number


@dataclass(frozen=True, slots=True)
class RoomTalk:
    """What was found in the room."""

    messages: tuple[Message, ...] = ()
    """Those before the asked one that are no turns of their own, oldest first; a page at most."""
    more: bool = False
    """Whether older ones exist."""
    seen: tuple[Message, ...] = ()
    """The whole page, for its authors."""
    mark: Mark = field(default_factory=Mark)
    quiet: bool = False
    """Nobody looked, because nothing can be new; what the room showed before is not in it."""


class RoomLook:
    """Looks by a page of the room's messages; not where nothing can be new there."""

    def __init__(
        self, campfire: Campfire, lines: Lines, mark: Callable[[Lane], Awaitable[Mark]]
    ) -> None:
        """`mark` gives what a lane's agent was told already."""
        self._campfire, self._lines, self._mark = campfire, lines, mark
        self._quiet_rooms = QuietRooms(campfire.own)

    async def __call__(self, claim: Claim, *, whole: bool = False) -> RoomTalk:
        """What the room shows; raises CampfireError and RedisError.

        `whole`: also where nothing can be new, for an agent that does not know the old.
        """
        message = claim.message
        if not (await self._campfire.probe()).index:
            return RoomTalk()
        mark = await self._mark(message.lane)
        whole = whole or is_lone_file(claim)  # its sender's last words are in the room
        seen = None if whole else self._quiet_rooms.since(message, newest(claim), mark)
        if seen is not None:
            return RoomTalk((), False, seen, mark, quiet=True)
        return await self._page(claim, mark)

    async def _page(self, claim: Claim, mark: Mark) -> RoomTalk:
        room, asked = self._campfire.room(claim.message.lane), newest(claim)
        page = await room.page()
        is_newest = not (asked and page.next_before and page.messages[0].id > asked)
        if not is_newest:
            page = await room.page(before=asked)
        turns = {ticket.message_id for ticket in await self._lines.waiting(claim)}
        turns |= asked_ids(claim)
        here = tuple(m for m in page.messages if m.room_id == claim.message.room_id)
        if is_newest:
            self._quiet_rooms.keep(claim.message.lane, here)
        said = [m for m in here if not asked or m.id < asked]
        untold = tuple(m for m in said if str(m.id) not in turns)
        return RoomTalk(untold, page.next_before is not None, here, mark)


def is_lone_file(claim: Claim) -> bool:
    """Whether a file is all that its sender sent."""
    return claim.message.is_file and not claim.said


def asked_ids(claim: Claim) -> set[str]:
    """The ids of the messages of this turn."""
    return {claim.message.message_id, *claim.collected}


def newest(claim: Claim) -> int:
    """Campfire's id of the turn's last message; 0 for one that did not come from a Campfire."""
    return max((whole_number(known) or 0 for known in asked_ids(claim)), default=0)
