"""This web process in the list that operators see: told every few seconds, by each of them."""

import asyncio
from collections.abc import Awaitable
from typing import cast

from redis.asyncio import Redis

from ingress.intake.reception import Reception
from ingress.live.hub import Hub
from shared.between_processes.process_state import OwnProcess
from shared.between_processes.web_state import EVERY_S, GONE_MS, WebState
from shared.clocks.steady_time import steady_s
from shared.keys import Keys
from shared.redis import clock
from shared.redis.outages import despite_outages


class Presence:
    """Run `run()` beside the server."""

    def __init__(
        self, redis: Redis, keys: Keys, reception: Reception, hub: Hub, token_mark: str = ""
    ) -> None:
        """`token_mark`: which admin token it has."""
        self._redis, self._keys = redis, keys
        self._reception, self._hub = reception, hub
        self._token_mark = token_mark
        self._process = OwnProcess()

    async def run(self) -> None:
        """Tell Redis of this process, again after an outage; never returns."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._process.watch())
            both.create_task(self._keep_telling())

    async def _keep_telling(self) -> None:
        while True:
            await despite_outages("presence", self._tell)
            await asyncio.sleep(EVERY_S)

    async def _tell(self) -> None:
        asked_s = steady_s()
        name, now_ms = self._keys.web_processes, await clock.now_ms(self._redis)
        self._reception.time.told(now_ms, asked_s)
        told = WebState(
            at_ms=now_ms,
            process=self._process.state(),
            spooled=self._reception.spooled,
            watchers=self._hub.watchers,
            token_mark=self._token_mark,
        )
        me = f"{told.process.host}:{told.process.pid}"
        pipe = self._redis.pipeline(transaction=False)
        pipe.hset(name, me, told.model_dump_json())
        pipe.pexpire(name, GONE_MS)
        pipe.hgetall(name)
        *_, kept = await cast(Awaitable[list[dict[bytes, bytes]]], pipe.execute())
        states = {who: WebState.model_validate_json(it) for who, it in kept.items()}
        gone = [who for who, it in states.items() if it.at_ms < now_ms - GONE_MS]
        if gone:
            await cast(Awaitable[int], self._redis.hdel(name, *(who.decode() for who in gone)))
        self._reception.others.seen(len(states.keys() - {me.encode(), *gone}))
