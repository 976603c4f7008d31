"""What came between a question and its answer: others' questions, others' words, our own answers.

What waits and what we answered is known here; the room itself is asked once, and only for an answer
that took a while.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable

import structlog

from consumer.addressing.naming import WHILE_S
from consumer.campfire.client import Campfire
from consumer.campfire.errors import NotInRoom
from consumer.queue.claim import Claim
from consumer.queue.lines import Lines
from shared.bots import Roster
from shared.errors import CampfireError
from shared.lane import Lane
from shared.numbers import whole_number

LOOK_S = 2.0
MOST_LANES, MOST_PEOPLE = 500, 50
_JUST_BEFORE_MS = 10_000
"""An answer that was ready before a question may have been posted behind it."""

log = structlog.get_logger()


class Between:
    """Knows whom the lanes answered lately, and asks Redis and Campfire for the rest."""

    def __init__(
        self,
        campfire: Campfire,
        lines: Lines,
        roster: Roster,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._campfire, self._lines, self._roster = campfire, lines, roster
        self._clock = clock
        self._answered: OrderedDict[Lane, dict[str, int]] = OrderedDict()
        """By lane and person when they were answered last, in ms."""

    def answered(self, claim: Claim) -> None:
        """Note that the message's reply is about to be posted."""
        people = self._answered.setdefault(claim.message.lane, {})
        self._answered.move_to_end(claim.message.lane)
        people.pop(_person(claim), None)
        people[_person(claim)] = round(self._clock() * 1000)
        while len(people) > MOST_PEOPLE:
            people.pop(next(iter(people)))
        while len(self._answered) > MOST_LANES:
            self._answered.popitem(last=False)

    async def mixed(self, claim: Claim) -> bool | None:
        """Whether others wait behind the message, or anything was said since that is not between
        its asker and the bot; None: Campfire does not say. Never raises for an outage."""
        if await self._lines.people_behind(claim) - {_person(claim)}:
            return True
        if await self._answered_others(claim):
            return True
        if claim.message.room_name is None:
            return False  # a ping: its asker sees all that is said there, and is told of it
        if self._clock() - claim.message.accepted_ms / 1000 < WHILE_S:
            return False
        return await self._others_spoke(claim)

    async def _answered_others(self, claim: Claim) -> bool:
        """Whether this lane is known to have answered somebody else since."""
        asked = whole_number(claim.message.message_id)
        since = claim.message.accepted_ms - _JUST_BEFORE_MS
        lately = self._answered.get(claim.message.lane, {})
        others = any(at >= since for person, at in lately.items() if person != _person(claim))
        if asked is None or not others:
            return False  # Redis is not asked: for most answers nobody else was answered
        return (whole_number(await self._lines.last_post(claim)) or 0) > asked

    async def _others_spoke(self, claim: Claim) -> bool | None:
        message, asked = claim.message, whole_number(claim.message.message_id)
        if asked is None:
            return None
        room = self._campfire.room(message.lane)
        try:
            async with asyncio.timeout(LOOK_S):
                if not (await self._campfire.probe()).index:
                    return None
                page = await room.page(after=asked)
        except NotInRoom:
            return False  # the question was deleted: nobody wants its words again
        except (CampfireError, TimeoutError) as error:
            log.info("between_unknown", reason=type(error).__name__)
            return None
        these = {message.user_id, self._roster.user_id(message.bot_id)}
        return any(said.creator is None or said.creator.id not in these for said in page.messages)


def _person(claim: Claim) -> str:
    """The asker, as the queue's records name them."""
    user_id = claim.message.user_id
    return "" if user_id is None else str(user_id)
