"""The look into a room: what was said there before a message, and by whom."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from consumer.briefing.briefed import Mark
from consumer.briefing.shown_rooms import Seen, ShownRooms, joined
from consumer.campfire.client import Campfire
from consumer.campfire.errors import Gone
from consumer.campfire.messages import MOST_ON_A_PAGE, Page
from consumer.campfire.room import Room
from consumer.queue.claim import Claim
from consumer.queue.lines import Lines
from shared.lane import Lane
from shared.numbers import whole_number


@dataclass(frozen=True, slots=True)
class RoomTalk:
    """What was found in the room."""

    messages: Seen = ()
    """Those before the asked one that are no turns of their own, oldest first; a page at most."""
    more: bool = False
    """Whether older ones exist."""
    seen: Seen = ()
    """The whole page, for its authors."""
    mark: Mark = field(default_factory=Mark)
    only_new: bool = False
    """What the room showed before the last turn was not read again, and is not in `messages`."""


class RoomLook:
    """Looks by a page of the room's messages; only at what is new, where that can be told."""

    def __init__(
        self, campfire: Campfire, lines: Lines, mark: Callable[[Lane], Awaitable[Mark]]
    ) -> None:
        """`mark` gives what a lane's agent was told already."""
        self._campfire, self._lines, self._mark = campfire, lines, mark
        self._shown_rooms = ShownRooms(campfire.own)

    async def __call__(self, claim: Claim, *, whole: bool = False) -> RoomTalk:
        """What the room shows; raises CampfireError and RedisError.

        `whole`: also what it showed before, for an agent that does not know the old.
        """
        message, asked = claim.message, newest(claim)
        if not (await self._campfire.probe()).index:
            return RoomTalk()
        mark = await self._mark(message.lane)
        # Of a lone file its sender's last words are told: they may be old.
        new = not whole and not is_lone_file(claim)
        if new and (seen := self._shown_rooms.quiet(message, asked, mark)) is not None:
            return RoomTalk((), False, seen, mark, only_new=True)
        waiting = asyncio.create_task(self._lines.waiting(claim), name="who waits")
        try:
            talk = await self._new(claim, mark) if new else None
            talk = talk or await self._page(claim, mark)
            turns = {ticket.message_id for ticket in await waiting} | asked_ids(claim)
        finally:
            waiting.cancel()
        return _without(talk, turns)

    async def _new(self, claim: Claim, mark: Mark) -> RoomTalk | None:
        """What came after the last turn's message; None where it takes the newest page to know."""
        lane, asked = claim.message.lane, newest(claim)
        before = self._shown_rooms.before(claim.message, asked, mark)
        if before is None or (page := await _since(self._campfire.room(lane), mark.told)) is None:
            return None
        here = _of_room(page, claim)
        seen = joined(before, here)
        self._shown_rooms.keep(lane, seen)
        return RoomTalk(_said(here, asked), False, seen, mark, only_new=True)

    async def _page(self, claim: Claim, mark: Mark) -> RoomTalk:
        room, asked = self._campfire.room(claim.message.lane), newest(claim)
        page = await room.page()
        is_newest = not (asked and page.next_before and page.messages[0].id > asked)
        if not is_newest:
            page = await room.page(before=asked)
        here = _of_room(page, claim)
        if is_newest:
            self._shown_rooms.keep(claim.message.lane, here)
        return RoomTalk(_said(here, asked), page.next_before is not None, here, mark)


def is_lone_file(claim: Claim) -> bool:
    """Whether a file is all that its sender sent."""
    return claim.message.is_file and not claim.said


def asked_ids(claim: Claim) -> set[str]:
    """The ids of the messages of this turn."""
    return {claim.message.message_id, *claim.collected}


def newest(claim: Claim) -> int:
    """Campfire's id of the turn's last message; 0 for one that did not come from a Campfire."""
    return max((whole_number(known) or 0 for known in asked_ids(claim)), default=0)


async def _since(room: Room, told: int) -> Page | None:
    """All that came after a message; None where that was deleted, or more came than a page has."""
    try:
        page = await room.page(after=told)
    except Gone:
        return None
    is_all = page.next_after is None and len(page.messages) < MOST_ON_A_PAGE
    return page if is_all else None


def _of_room(page: Page, claim: Claim) -> Seen:
    return tuple(m for m in page.messages if m.room_id == claim.message.room_id)


def _said(here: Seen, asked: int) -> Seen:
    return tuple(message for message in here if not asked or message.id < asked)


def _without(talk: RoomTalk, turns: set[str]) -> RoomTalk:
    untold = tuple(m for m in talk.messages if str(m.id) not in turns)
    return replace(talk, messages=untold)
