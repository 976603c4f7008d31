"""The upgrade: what an older release left gets today's names, by a consumer that is a member.

Each step may be repeated, so a consumer that was killed in the middle is followed by one that goes
on. What says that there is something to carry over goes last. Until then an ingress accepts nothing
(shared.redis.format), and nothing is claimed.
"""

import asyncio
import json
from collections.abc import Awaitable, Iterable, Sequence
from typing import Any, cast

import structlog
from redis.asyncio import Redis

from consumer.upgrade.lua import UPGRADE_SCRIPTS
from consumer.upgrade.names import of_today
from shared.keys import Keys
from shared.keys.format_1 import Format1
from shared.kill_points import reached
from shared.redis.format import FORMAT, Format
from shared.redis.message_hash import Field
from shared.redis.outages import despite_outages
from shared.redis.scripts import Scripts

STANDS_BY = "a newer release owns this queue: see its README, Upgrade"
"""Who owns an older release's queue once it is carried over: a consumer of that release waits."""
ASK_AGAIN_S = 0.2
LOOK_AGAIN_S = 5.0
AT_ONCE = 20

log = structlog.get_logger()


class Upgrade:
    """Carries over format 1. Every method raises redis.RedisError, and NewerFormat."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis, self._keys = redis, keys
        self._old = Format1(keys.prefix)
        self._format = Format(redis, keys)
        self._scripts = Scripts(redis, UPGRADE_SCRIPTS)

    async def refuse_newer(self) -> None:
        """Raises NewerFormat: before the queue is owned, so that nothing was written."""
        await self._format.refuse_newer()

    async def run(self) -> None:
        """Return when all is today's; call it as the queue's owner, before anything is claimed."""
        await self._format.refuse_newer()
        if await self._is_anything_left():
            await self._close_the_old_queue()
            await self._carry_all()
        await self._redis.set(self._keys.format, FORMAT)

    async def keep(self) -> None:
        """Hear an older release's ingress too, where one still runs; never returns."""
        while True:
            await asyncio.sleep(LOOK_AGAIN_S)
            await despite_outages("upgrade", self._carry_what_is_left)

    async def _carry_what_is_left(self) -> None:
        if await self._is_anything_left():
            await self._carry_all()

    async def _is_anything_left(self) -> bool:
        return bool(await self._redis.exists(*self._old.signs))

    async def _close_the_old_queue(self) -> None:
        waited = False
        while owner := await self._scripts.run("close", [self._old.lease], [STANDS_BY]):
            if not waited:
                log.warning("upgrade_waits_for_older_worker", owner=owner.decode())
            waited = True
            await asyncio.sleep(ASK_AGAIN_S)

    async def _carry_all(self) -> None:
        log.info("upgrade_begun")
        names = await self._names()
        # A line's messages before the line: a claim takes what has no message for another's job.
        for name in names:
            if name.startswith(self._old.lane_prefix):
                await self._carry_line(name)
        await self._carry(name for name in names if not name.startswith(self._old.lane_prefix))
        await self._carry(self._old.signs)
        log.info("upgrade_done", keys=len(names))

    async def _names(self) -> list[str]:
        """All but the lease, which stays, and the signs, which go last."""
        left = {self._old.lease, *self._old.signs}
        found = {
            name.decode()
            for pattern in (f"{self._keys.prefix}:*", f"arq:*:{self._keys.prefix}:*")
            async for name in self._redis.scan_iter(pattern, count=1000)
        }
        return sorted(found - left)

    async def _carry_line(self, name: str) -> None:
        line = name.removeprefix(self._old.lane_prefix)
        jobs = [job.decode() for job in await _list(self._redis.lrange(name, 0, -1))]
        today = {job: self._keys.stored(job) for job in jobs}
        for job in jobs:
            await self._rename_jobs_within(self._old.message(job))
        await self._carry(
            of_job for job in jobs for of_job in (self._old.message(job), f"arq:job:{job}")
        )
        new = f"{self._keys.lane_prefix}{line}"
        names = [name, new, self._old.queue, self._keys.queue, self._keys.lanes, self._keys.wake]
        pairs = [part for pair in today.items() for part in pair]
        await self._scripts.run("take", names, [line, *pairs])

    async def _rename_jobs_within(self, message: str) -> None:
        """Of the messages that a stored reply ends, and of those that a `stop` found."""
        reply, stopping = await _list(self._redis.hmget(message, [Field.REPLY, Field.STOPPING]))
        renamed: dict[str, str] = {}
        if reply is not None:
            stored = json.loads(reply)
            stored["skipped"] = [self._keys.stored(job) for job in stored["skipped"]]
            renamed[Field.REPLY] = json.dumps(stored)
        if stopping is not None:
            pairs = [[self._keys.stored(job), who] for job, who in json.loads(stopping)]
            renamed[Field.STOPPING] = json.dumps(pairs)
        if renamed:
            await cast(Awaitable[int], self._redis.hset(message, mapping=renamed))

    async def _carry(self, names: Iterable[str]) -> None:
        waiting = list(names)
        for start in range(0, len(waiting), AT_ONCE):
            await self._carry_some(waiting[start : start + AT_ONCE])
            reached("upgrade.carried")

    async def _carry_some(self, names: Sequence[str]) -> None:
        before = f"{self._keys.prefix}:"
        async with self._redis.pipeline(transaction=False) as pipe:
            for name in names:
                new = of_today(name, self._keys)
                if new is None:
                    pipe.delete(name)
                else:
                    arguments = [before, f"{self._keys.tag}:"]
                    await self._scripts.queue(pipe, "carry", [name, new], arguments)
            await pipe.execute()


async def _list(answer: Any) -> list[Any]:
    return await cast(Awaitable[list[Any]], answer)
