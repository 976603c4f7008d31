"""Who is next: the lanes whose message may run but has to wait for a slot."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from redis.asyncio import Redis

from shared.keys import Keys
from shared.lane import Lane
from shared.redis import clock
from shared.redis.outages import despite_outages

GetReady = Callable[[Sequence[Lane]], Awaitable[None]]
"""Called with the lanes that come next, the very next one first; never raises."""


async def nothing_ahead(_: Sequence[Lane]) -> None:
    """The `get_ready` of an agent that gets nothing ready ahead of a turn: does nothing."""


class NextUp:
    """Tells the agent which lanes come next, so that it can get their conversations ready.

    Only while every slot is taken, each time a message came or a turn ended.
    """

    def __init__(
        self, redis: Redis, keys: Keys, full: asyncio.Event, get_ready: GetReady, *, most: int
    ) -> None:
        self._redis = redis
        self._keys = keys
        self._full = full
        self._get_ready = get_ready
        self._most = most

    async def run(self) -> None:
        """Say whose message comes next, whenever all slots are taken; never returns."""
        while True:
            await self._full.wait()
            self._full.clear()
            lanes = await despite_outages("next_up", self.lanes)
            await self._get_ready(lanes)

    async def lanes(self) -> list[Lane]:
        """Up to `most`, in the order in which they will be claimed; raises RedisError.

        Their job ids name them. A control word that waits for a place is among them, which is rare:
        its lane's conversation is in use.
        """
        pipe = self._redis.pipeline(transaction=False)
        pipe.time()
        pipe.smembers(self._keys.running)
        told, running = await pipe.execute()
        now = clock.in_ms(told)
        jobs = await self._redis.zrangebyscore(
            self._keys.queue, "-inf", now, start=0, num=self._most + len(running)
        )
        heads = (job_id.decode() for job_id in jobs if job_id not in running)
        lanes = (self._keys.lane_of(job_id) for job_id in heads)
        return [lane for lane in lanes if lane is not None][: self._most]
