"""The keeper of requests: ends those whose time is over, or whose bot's file is another now."""

import asyncio
from collections import defaultdict
from contextlib import suppress
from functools import partial
from itertools import count

import structlog

from consumer.approvals.bot_state import bot_state
from consumer.approvals.carrying_out import to_tell
from consumer.approvals.request_store import RequestStore
from shared.approvals import Request
from shared.bots import Roster
from shared.lane import Lane
from shared.redis.outages import despite_outages

LOOK_EVERY_S, LOOK_AT_ALL_EVERY = 5.0, 12
"""At those that are overdue; in every so many looks at all, for what nothing tells of."""
MOST_AT_ONCE = 200
"""Requests of a lane that one message tells of."""

log = structlog.get_logger(__name__)


class RequestKeeper:
    """Ends the requests of all bots whose time is over; run by the first member alone."""

    def __init__(self, store: RequestStore, roster: Roster, every_s: float = LOOK_EVERY_S) -> None:
        self._store, self._roster, self._every_s = store, roster, every_s
        self._changed = asyncio.Event()
        roster.on_change(self._changed.set)

    async def run(self) -> None:
        """Look now and then, and when a bot file changes; never returns."""
        for looks in count():
            every_one = self._changed.is_set() or looks % LOOK_AT_ALL_EVERY == 0
            self._changed.clear()
            await despite_outages("approvals", partial(self.look, every_one=every_one))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), self._every_s)

    async def look(self, *, every_one: bool = True) -> None:
        """One round: the script decides what is over, by Redis' clock. Raises redis.RedisError."""
        for bot_id in [bot.id for bot in self._roster.taking_part]:
            by_lane = defaultdict[Lane, list[Request]](list)
            for request in await self._looked_at(bot_id, every_one=every_one):
                by_lane[request.lane].append(request)
            for lane, requests in by_lane.items():
                await self._end(lane, requests)

    async def _looked_at(self, bot_id: str, *, every_one: bool) -> list[Request]:
        read = self._store.read
        return await (
            read.waiting(bot_id) if every_one else read.overdue(bot_id, self._store.now_ms())
        )

    async def _end(self, lane: Lane, requests: list[Request]) -> None:
        state = bot_state(self._roster.in_lane(lane))
        while requests:
            some, requests = requests[:MOST_AT_ONCE], requests[MOST_AT_ONCE:]
            numbers = [request.number for request in some]
            tells = to_tell(lane, some[0].room_name, numbers, self._store.now_ms())
            ended = await self._store.lapse(lane, numbers, state, tells)
            if ended:
                log.info("approvals_lapsed", lane=str(lane), requests=ended)
