"""The briefing: what was said in the room since the agent's last turn there, and by whom.

It is looked up beside the connecting of the session, within `LOOK_S`; whatever goes wrong, the
turn goes on without. Neighbours: talk words it, briefed keeps what was told already, quiet_rooms
knows where nothing can be new.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import partial
from types import TracebackType
from typing import Self

import structlog
from redis.exceptions import RedisError

from consumer.addressing.mentionable import Mentionable, mentionable
from consumer.addressing.people import is_bot
from consumer.agent import Memory
from consumer.boundary import Boundary
from consumer.briefing.briefed import Briefed, Mark
from consumer.briefing.foreign_bots import ForeignBots
from consumer.briefing.noted import Noted
from consumer.briefing.quiet_rooms import QuietRooms
from consumer.briefing.talk import files_sent, talk, words_before
from consumer.campfire.client import Campfire
from consumer.campfire.messages import Message
from consumer.ending_tasks import cancel_until_done
from consumer.mentions.book import MentionBook
from consumer.queue.claim import Claim
from consumer.queue.lines import Lines
from consumer.reading import Known
from shared.bots import NOTES, Bot, Roster
from shared.errors import BotError, CampfireError
from shared.lane import Lane
from shared.numbers import whole_number

LOOK_S = 2.0

log = structlog.get_logger()


class AskedByBot(BotError):
    """A bot that is not ours wrote to one that answers no bots."""


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


class Briefing:
    """Opens a brief for each turn. What passes by of mentions goes into `book`."""

    def __init__(
        self,
        campfire: Campfire,
        lines: Lines,
        briefed: Briefed,
        foreign_bots: ForeignBots,
        book: MentionBook,
        roster: Roster,
        noted: Noted,
        zone: Callable[[], tzinfo | None],
        opens_files: Callable[[Bot], bool] = lambda _: False,
    ) -> None:
        """`zone`: in which dates are told; `opens_files`: whether a bot's agent has a tool that
        opens what people post."""
        self._noted, self._zone = noted, zone
        self._campfire, self._lines = campfire, lines
        self._briefed, self._foreign_bots = briefed, foreign_bots
        self._book = book
        self._roster = roster
        self._opens_files = opens_files
        self._quiet_rooms = QuietRooms(campfire.own)
        self._taken_in: dict[Lane, int] = {}
        """The newest message that an answer which is not stored yet knows of."""
        self._remembering: dict[Lane, asyncio.Task[None]] = {}

    def of(self, claim: Claim) -> "Brief":
        """The brief of a claimed message; use as an async context manager around its turn."""
        self._taken_in.pop(claim.message.lane, None)
        for message in (claim.message, *(said for _, said in claim.said)):
            self._book.told(message)
        return Brief(self, claim)

    async def look(self, claim: Claim, *, whole: bool = False) -> RoomTalk:
        """What the room shows; raises CampfireError and RedisError.

        `whole`: also where nothing can be new, for an agent that does not know the old.
        """
        message = claim.message
        if not (await self._campfire.probe()).index:
            return RoomTalk()
        mark = await self._mark(message.lane)
        whole = whole or _is_lone_file(claim)  # its sender's last words are in the room
        seen = None if whole else self._quiet_rooms.since(message, _newest(claim), mark)
        if seen is not None:
            return RoomTalk((), False, seen, mark, quiet=True)
        return await self._page(claim, mark)

    async def _mark(self, lane: Lane) -> Mark:
        if (remembering := self._remembering.get(lane)) is not None:
            await asyncio.wait([remembering])
        return await self._briefed.mark(lane)

    async def _page(self, claim: Claim, mark: Mark) -> RoomTalk:
        room, asked = self._campfire.room(claim.message.lane), _newest(claim)
        page = await room.page()
        is_newest = not (asked and page.next_before and page.messages[0].id > asked)
        if not is_newest:
            page = await room.page(before=asked)
        turns = {ticket.message_id for ticket in await self._lines.waiting(claim)}
        turns |= _asked(claim)
        here = tuple(m for m in page.messages if m.room_id == claim.message.room_id)
        if is_newest:
            self._quiet_rooms.keep(claim.message.lane, here)
        said = [m for m in here if not asked or m.id < asked]
        untold = tuple(m for m in said if str(m.id) not in turns)
        return RoomTalk(untold, page.next_before is not None, here, mark)

    async def meet(self, claim: Claim, room_talk: RoomTalk) -> None:
        """Record that the asker is a bot, if it is one; raises AskedByBot, RedisError.

        Of the next message of a bot that is not ours the ingress knows it at once.
        """
        asker = claim.message.user_id
        if asker is None or not is_bot(asker, room_talk.seen):
            return
        if not self._roster.is_ours(asker):
            log.info("foreign_bot_met", user=asker)
            await self._foreign_bots.add(asker)
        if not self._roster[claim.message.bot_id].answers_bots:
            raise AskedByBot

    def said(self, claim: Claim, room_talk: RoomTalk, memory: Memory, boundary: Boundary) -> str:
        """What the agent is told of the room, by what it knows of it."""
        mark = room_talk.mark
        after = max(mark.told, mark.reset) if memory == "kept" else mark.reset
        untold = [message for message in room_talk.messages if message.id > after]
        more = room_talk.more and len(untold) == len(room_talk.messages)
        me = self._roster.user_id(claim.message.bot_id)
        opens = self.opens_files(claim.message.lane)
        told = talk(untold, memory, me, boundary, more=more, opens_files=opens)
        near = words_before if _is_lone_file(claim) else partial(files_sent, opens_files=opens)
        files = near(room_talk.seen, claim.message.user_id, _newest(claim), boundary)
        return "\n\n".join(filter(None, (told, files)))

    def opens_files(self, lane: Lane) -> bool:
        """Whether the lane's agent can open what people post."""
        return self._opens_files(self._roster.in_lane(lane))

    async def notes(self, claim: Claim, memory: Memory, boundary: Boundary) -> str:
        """What the agent is told of the lane's notes, where its bot takes any."""
        if NOTES not in self._roster[claim.message.bot_id].campfire:
            return ""
        return await self._noted.told(claim.message.lane, memory, boundary, self._zone())

    def known(self, bot_id: str) -> Known:
        """The bot, as its mentions name it; and others, whom a bot's mentions do not name."""
        ours = {self._roster.user_id(bot.id): bot.name for bot in self._roster.taking_part}
        own_id = self._roster.user_id(bot_id)
        return Known(own_id, self._roster[bot_id].name, {**ours, **self._book.names()})

    async def mentionable(self, claim: Claim, room_talk: RoomTalk, until: float) -> Mentionable:
        """Who may be mentioned in the answer to the turn's message.

        An agent may be quicker than Campfire's first word about what it offers: that is waited for
        `until` then, by the loop's clock.
        """
        try:
            await self._book.load()
        except RedisError as error:
            log.warning("mentions_not_loaded", error=type(error).__name__)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                await self._campfire.probe()
        can_edit = self._campfire.offers.edit
        return mentionable(claim.message, room_talk.seen, self._book, can_edit=can_edit)

    def taken_in(self, claim: Claim, room_talk: RoomTalk) -> None:
        """The agent has taken in what it was told, and the asked message."""
        newest = _newest(claim) or max((message.id for message in room_talk.seen), default=0)
        if newest > room_talk.mark.told:
            self._taken_in[claim.message.lane] = newest

    def remember(self, lane: Lane) -> None:
        """The lane's answer is stored: what the agent took in for it is not told again.

        Not before, for an answer that gets lost is cut off, and asked for anew. Written beside the
        answer's way into the room; the lane's next look waits for it.
        """
        self._noted.remember(lane)
        newest = self._taken_in.pop(lane, None)
        if newest is not None:
            task = asyncio.create_task(self._remember(lane, newest), name="told")
            self._remembering[lane] = task
            task.add_done_callback(lambda _: self._remembering.pop(lane, None))

    async def _remember(self, lane: Lane, newest: int) -> None:
        try:
            await self._briefed.remember(lane, newest)
        except RedisError as error:
            log.warning("briefing_not_remembered", error=type(error).__name__)


class Brief:
    """One turn's brief: what the look into the room gives, once it is there."""

    def __init__(self, briefing: Briefing, claim: Claim) -> None:
        self._briefing = briefing
        self._claim = claim
        self.boundary = Boundary()
        """Of the whole turn: of what was said before, and of what is asked."""
        self._room_talk = RoomTalk()
        self._found = False
        self._look: asyncio.Task[RoomTalk] | None = None
        self._deadline = 0.0

    async def __aenter__(self) -> Self:
        self._deadline = asyncio.get_running_loop().time() + LOOK_S
        self._look = asyncio.create_task(self._briefing.look(self._claim), name="briefing")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._look is not None:
            await cancel_until_done([self._look], "turn over", again_s=0.2)
            if not self._look.cancelled():
                self._look.exception()  # seen: a turn that failed before may not have asked

    @property
    def known(self) -> Known:
        """Who is known where the words of this turn are read."""
        return self._briefing.known(self._claim.message.bot_id)

    @property
    def asked_by_bot(self) -> bool:
        """Whether the room shows the asker as a bot, as far as it was looked at by now."""
        asker = self._claim.message.user_id
        return asker is not None and is_bot(asker, self._room_talk.seen)

    @property
    def opens_files(self) -> bool:
        """Whether the agent can open what people post."""
        return self._briefing.opens_files(self._claim.message.lane)

    async def mentionable(self) -> Mentionable:
        """Who may be mentioned in the turn's answer, as far as is known by now."""
        return await self._briefing.mentionable(self._claim, self._room_talk, self._deadline)

    async def __call__(self, memory: Memory) -> str:
        """What stands before the prompt; waits for the look, but not long. Raises AskedByBot."""
        await self._see()
        if self._room_talk.quiet and memory != "kept":
            self._found = False
            self._look = asyncio.create_task(self._briefing.look(self._claim, whole=True))
            await self._see()
        try:
            await self._briefing.meet(self._claim, self._room_talk)
        except RedisError as error:
            log.warning("foreign_bot_not_recorded", error=type(error).__name__)
        notes = await self._briefing.notes(self._claim, memory, self.boundary)
        said = self._briefing.said(self._claim, self._room_talk, memory, self.boundary)
        return "\n\n".join(filter(None, (notes, said)))

    def taken_in(self) -> None:
        """The turn ended in an answer."""
        if self._found:
            self._briefing.taken_in(self._claim, self._room_talk)

    async def _see(self) -> None:
        look = self._look
        if look is None or self._found:
            return
        # Not wait_for: redis-py may swallow its cancellation (ending_tasks.py), and hold the turn.
        left_s = max(0.0, self._deadline - asyncio.get_running_loop().time())
        await asyncio.wait([look], timeout=left_s)
        try:
            self._room_talk = _result(look)
        except Exception as error:
            # What was said is an extra: whatever keeps it from us costs nobody the answer.
            expected = isinstance(error, CampfireError | RedisError | TimeoutError)
            log.info("briefing_failed", reason=type(error).__name__, exc_info=not expected)
        else:
            self._found = True


def _result(look: asyncio.Task[RoomTalk]) -> RoomTalk:
    if not look.done():
        look.cancel()
        raise TimeoutError
    return look.result()


def _is_lone_file(claim: Claim) -> bool:
    return claim.message.is_file and not claim.said


def _asked(claim: Claim) -> set[str]:
    """The ids of the messages of this turn."""
    return {claim.message.message_id, *claim.collected}


def _newest(claim: Claim) -> int:
    """Campfire's id of the turn's last message; 0 for one that did not come from a Campfire."""
    return max((whole_number(known) or 0 for known in _asked(claim)), default=0)
