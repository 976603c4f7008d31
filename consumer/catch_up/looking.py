"""Looks into one room, and tells what was said there to our bots and never reached us."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import structlog

from consumer.campfire.client import Campfire
from consumer.campfire.errors import CampfireRefused, NotInRoom
from consumer.campfire.messages import Message
from consumer.catch_up.answered import Answered
from consumer.catch_up.known_rooms import KnownRoom, KnownRooms
from consumer.catch_up.missed import OurBot, addressed
from shared.bots import Roster
from shared.inbound import InboundMessage
from shared.lane import Lane
from shared.redis.outages import despite_outages

MOST_MESSAGES = 400
"""Of one room, its newest: ten pages."""

log = structlog.get_logger()


class Looking:
    """Reads a room once, as a bot that is in it, for all of our bots."""

    def __init__(
        self,
        campfire: Campfire,
        rooms: KnownRooms,
        answered: Answered,
        roster: Roster,
        *,
        max_age_s: float,
        clock: Callable[[], float],
    ) -> None:
        self._campfire, self._rooms, self._answered = campfire, rooms, answered
        self._roster = roster
        self._max_age_s, self._clock = max_age_s, clock

    async def missed(self, room: KnownRoom) -> list[InboundMessage]:
        """What was meant for our bots, in order, whether it was accepted or not.

        Raises CampfireUnavailable, CampfireUnclear and NoIndex.
        """
        reader, messages = await self._read(room)
        now_ms = round(self._clock() * 1000)
        found: list[InboundMessage] = []
        for me in self._all_of_us():
            lane = Lane(room.room_id, me.bot_id)
            theirs = [
                message
                for message in addressed(messages, room, me, now_ms)
                if not self._answered.is_past(lane, message.message_id)
            ]
            # Campfire calls a bot that is mentioned only where it is a member.
            if theirs and (me.bot_id == reader or await self._is_in(room, me.bot_id)):
                found += theirs
        return sorted(found, key=lambda message: int(message.message_id))

    def _all_of_us(self) -> Iterator[OurBot]:
        for bot in self._roster.taking_part:
            yield OurBot(bot.id, self._roster.user_id(bot.id), bot.name, bot.word_names)

    async def _read(self, room: KnownRoom) -> tuple[str, list[Message]]:
        """Which bot could read the room, and its messages; '' where none could."""
        members = [bot_id for bot_id in room.bots if self._roster.takes_part(bot_id)]
        others = [bot.id for bot in self._roster.taking_part if bot.id not in room.bots]
        for bot_id in [*members, *others]:
            try:
                return bot_id, await self._recent(room, bot_id)
            except NotInRoom:
                if bot_id in room.bots:
                    await self._forget(Lane(room.room_id, bot_id))
            except CampfireRefused as error:
                lane = str(Lane(room.room_id, bot_id))
                log.warning("catch_up_refused", lane=lane, error=type(error).__name__)
        return "", []

    async def _forget(self, lane: Lane) -> None:
        log.info("catch_up_room_forgotten", lane=str(lane))
        await despite_outages("catch_up", self._rooms.forget, lane)

    async def _recent(self, room: KnownRoom, bot_id: str) -> list[Message]:
        """The room's messages that are young enough, and that this Redis may not know."""
        oldest = datetime.fromtimestamp(self._clock(), UTC) - timedelta(seconds=self._max_age_s)
        found: list[Message] = []
        async for message in self._campfire.room(Lane(room.room_id, bot_id)).older():
            if message.created_at < oldest or len(found) == MOST_MESSAGES:
                break
            if message.id > room.first:
                found.append(message)
        return found

    async def _is_in(self, room: KnownRoom, bot_id: str) -> bool:
        try:
            await self._campfire.room(Lane(room.room_id, bot_id)).page()
        except CampfireRefused:
            return False
        return True
