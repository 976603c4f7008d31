"""Forgets members that are gone: an hour after a name was borne last, Redis keeps nothing of it."""

import asyncio
from collections.abc import Callable
from typing import Any

import structlog
from redis.asyncio import Redis

from consumer.queue.lua import QUEUE_SCRIPTS
from shared.clocks.steady_time import steady_s
from shared.keys import Keys
from shared.members import ask, read
from shared.redis.outages import despite_outages
from shared.redis.scripts import Scripts

EVERY_S = 300.0
KEPT_S = 3600.0
"""A name that comes back within it finds its lanes its own; later no conversation is prewarmed."""

log = structlog.get_logger()


class OldNames:
    """Done once, by the first member; another that becomes the first counts the hour anew."""

    def __init__(self, redis: Redis, keys: Keys, clock: Callable[[], float] = steady_s) -> None:
        self._redis = redis
        self._keys = keys
        self._clock = clock
        self._scripts = Scripts(redis, QUEUE_SCRIPTS)
        self._gone_since: dict[str, float] = {}

    async def run(self) -> None:
        """Look now and then; never returns."""
        while True:
            await despite_outages("old_names", self.look)
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        """Forget the names that nobody has borne for so long; raises redis.RedisError."""
        now = self._clock()
        self._gone_since = {name: self._gone_since.get(name, now) for name in await self._gone()}
        for name in [name for name, since in self._gone_since.items() if now - since >= KEPT_S]:
            await self._forget(name)

    async def _gone(self) -> set[str]:
        pipe: Any = self._redis.pipeline(transaction=True)
        pipe.hvals(self._keys.homes)
        pipe.hkeys(self._keys.places)
        ask(pipe, self._keys)
        homes, places, *members = await pipe.execute()
        return {name.decode() for name in {*homes, *places}} - {it.name for it in read(members)}

    async def _forget(self, name: str) -> None:
        keys = self._keys
        names = [keys.members, keys.homes, keys.places, keys.wake_of(name), keys.commands_of(name)]
        names.append(keys.commands_taken_by(name))
        lanes = await self._scripts.run("forget_member", names, [name])
        if lanes >= 0:
            log.info("member_forgotten", member=name, lanes=lanes)
