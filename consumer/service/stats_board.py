"""The board where the consumer writes what its sessions are, for the ingress to read."""

import asyncio
from collections.abc import Callable

from redis.asyncio import Redis

from shared.awaiting import set_within
from shared.between_processes.service_status import ServiceStatus
from shared.redis.outages import despite_outages

EVERY_S = 10.0
KEEP_S = 30
ANSWERS_FIRST_S = 0.2
"""A turn ends before its answer is posted: that goes first, and turns that end together are one."""


class StatsBoard:
    """Writes `stats()` when something changed, and now and then so that it stays."""

    def __init__(self, redis: Redis, name: str, stats: Callable[[], ServiceStatus]) -> None:
        """`name`: of the key in Redis, this member's own."""
        self._redis = redis
        self._name = name
        self._stats = stats
        self._changed = asyncio.Event()
        self.told = ServiceStatus()
        """What was last written."""

    def changed(self) -> None:
        """Something worth reading has changed."""
        self._changed.set()

    async def run(self) -> None:
        """Write the board whenever it has changed; never returns."""
        while True:
            self._changed.clear()
            await despite_outages("stats_board", self._write)
            await set_within(self._changed, EVERY_S)
            await asyncio.sleep(ANSWERS_FIRST_S)

    async def clear(self) -> None:
        """Take the board down: this consumer has no sessions any more; raises RedisError."""
        await self._redis.delete(self._name)

    async def _write(self) -> None:
        self.told = self._stats()
        await self._redis.set(self._name, self.told.wire(), ex=KEEP_S)
