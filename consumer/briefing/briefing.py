"""The briefing: what was said in the room since the agent's last turn there, and by whom.

It is looked up beside the connecting of the session, within `LOOK_S`; whatever goes wrong, the
turn goes on without. Neighbours: room_look finds it, talk words it, remembering keeps what was told
already.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
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
from consumer.briefing.briefed import Briefed
from consumer.briefing.foreign_bots import ForeignBots
from consumer.briefing.noted import Noted
from consumer.briefing.remembering import Remembering
from consumer.briefing.room_look import RoomLook, RoomTalk, is_lone_file, newest
from consumer.briefing.talk import files_sent, talk, words_before
from consumer.campfire.client import Campfire
from consumer.ending_tasks import cancel_until_done
from consumer.mentions.book import MentionBook
from consumer.queue.claim import Claim
from consumer.queue.lines import Lines
from consumer.reading import Known
from shared.bots import NOTES, Bot, Roster
from shared.errors import BotError, CampfireError
from shared.lane import Lane

LOOK_S = 2.0

log = structlog.get_logger()


class AskedByBot(BotError):
    """A bot that is not ours wrote to one that answers no bots."""


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
        self._campfire, self._foreign_bots = campfire, foreign_bots
        self._book = book
        self._roster = roster
        self._opens_files = opens_files
        self._remembering = Remembering(briefed)
        self._look = RoomLook(campfire, lines, self._remembering.mark)

    def of(self, claim: Claim) -> "Brief":
        """The brief of a claimed message; use as an async context manager around its turn."""
        self._remembering.begins(claim.message.lane)
        for message in (claim.message, *(said for _, said in claim.said)):
            self._book.told(message)
        return Brief(self, claim)

    async def look(self, claim: Claim, *, whole: bool = False) -> RoomTalk:
        """As RoomLook's."""
        return await self._look(claim, whole=whole)

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
        near = words_before if is_lone_file(claim) else partial(files_sent, opens_files=opens)
        files = near(room_talk.seen, claim.message.user_id, newest(claim), boundary)
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
        known = newest(claim) or max((message.id for message in room_talk.seen), default=0)
        if known > room_talk.mark.told:
            self._remembering.takes_in(claim.message.lane, known)

    def remember(self, lane: Lane) -> None:
        """The lane's answer is stored: what the agent took in for it is not told again."""
        self._noted.remember(lane)
        self._remembering.stored(lane)


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
