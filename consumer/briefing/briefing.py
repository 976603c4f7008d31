"""The briefing: what was said in the room since the agent's last turn there, and by whom.

Neighbours: brief is one turn's; room_look finds it, talk words it, remembering keeps what was told
already.
"""

import asyncio
from collections import ChainMap
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import tzinfo
from functools import partial

import structlog
from redis.exceptions import RedisError

from consumer.addressing.mentionable import Mentionable, mentionable
from consumer.addressing.people import is_bot
from consumer.agent import Memory
from consumer.boundary import Boundary
from consumer.briefing.brief import Brief
from consumer.briefing.briefed import Briefed
from consumer.briefing.foreign_bots import ForeignBots
from consumer.briefing.noted import Noted
from consumer.briefing.remembering import Remembering
from consumer.briefing.room_look import RoomLook, RoomTalk, is_lone_file, newest
from consumer.briefing.talk import files_sent, talk, words_before
from consumer.campfire.client import Campfire
from consumer.mentions.book import MentionBook
from consumer.notes.notes import Note
from consumer.queue.claim import Claim
from consumer.queue.lines import Lines
from consumer.reading import Known
from shared.bots import NOTES, Bot, Roster
from shared.errors import BotError
from shared.lane import Lane

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

    def of(self, claim: Claim) -> Brief:
        """The brief of a claimed message; use as an async context manager around its turn."""
        self._remembering.begins(claim.message.lane)
        return Brief(self, claim)

    def heard(self, claim: Claim) -> None:
        """These are the messages of the turn: whom they mention is learnt."""
        for message in (claim.message, *(said for _, said in claim.said)):
            self._book.told(message)

    @property
    def can_look(self) -> bool:
        """Whether Campfire has an index, or has not said yet."""
        offers = self._campfire.offers_at_hand
        return offers is None or offers.index

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

    async def notes(self, claim: Claim) -> Sequence[Note] | None:
        """The lane's notes; None where its bot takes none, or they cannot be read. Never raises."""
        if NOTES not in self._roster[claim.message.bot_id].campfire:
            return None
        return await self._noted.read(claim.message.lane)

    def noted(
        self, claim: Claim, notes: Sequence[Note] | None, memory: Memory, boundary: Boundary
    ) -> str:
        """What the agent is told of these notes."""
        if notes is None:
            return ""
        return self._noted.told(claim.message.lane, notes, memory, boundary, self._zone())

    def known(self, bot_id: str) -> Known:
        """The bot, as its mentions name it; and others, whom a bot's mentions do not name."""
        ours = {self._roster.user_id(bot.id): bot.name for bot in self._roster.taking_part}
        own_id = self._roster.user_id(bot_id)
        return Known(own_id, self._roster[bot_id].name, ChainMap({}, self._book.names(), ours))

    async def mentionable(self, claim: Claim, room_talk: RoomTalk, until: float) -> Mentionable:
        """Who may be mentioned in the answer to the turn's message.

        An agent may be quicker than Campfire's first word about what it offers: that is waited for
        `until` then, by the loop's clock.
        """
        try:
            await self._book.load()
        except RedisError as error:
            log.warning("mentions_not_loaded", error=type(error).__name__)
        if self._campfire.offers_at_hand is None:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    await self._campfire.probe()
        can_edit = self._campfire.offers.edit
        return mentionable(claim.message, room_talk.seen, self._book, can_edit=can_edit)

    def taken_in(self, claim: Claim, room_talk: RoomTalk, *, may_wait: bool) -> None:
        """The agent has taken in what it was told, and the asked message.

        `may_wait`: nothing of it can be told again as long as Campfire is what it is.
        """
        known = newest(claim) or max((message.id for message in room_talk.seen), default=0)
        if known > room_talk.mark.told:
            self._remembering.takes_in(claim.message.lane, known, may_wait=may_wait)

    def remember(self, lane: Lane) -> None:
        """The lane's answer is stored: what the agent took in for it is not told again."""
        self._noted.remember(lane)
        self._remembering.stored(lane)
