"""arq's own way to end a job: a dashboard's button, which puts the job's id into one zset.

The zset is every arq queue's in this Redis: ids of others stay in it, and no script touches it, for
it is in no slot of ours. arq's `Job.abort()` also makes a waiting job due at once; claim.lua puts
it back, for its turn has not come.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

import structlog
from arq.constants import abort_jobs_ss
from redis.asyncio import Redis

from shared.keys import Keys
from shared.redis.message_hash import Field
from shared.redis.outages import despite_outages

LOOK_EVERY_S = 1.0
"""Half as often as arq's own workers: each look wakes a process that has nothing else to do."""
MOST_AT_ONCE = 100

log = structlog.get_logger()


class Aborts:
    """Has jobs of ours that are to be aborted stopped, as the control word `stop` does."""

    def __init__(
        self, redis: Redis, keys: Keys, me: str, stop: Callable[[str], Awaitable[object]]
    ) -> None:
        """`me`: this member; what another runs is that one's to stop."""
        self._redis, self._keys, self._me, self._stop = redis, keys, me, stop
        self._stopping: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Stop the jobs that a dashboard has aborted; never returns."""
        try:
            while True:
                await despite_outages("aborts", self._look)
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            for task in self._stopping.values():
                task.cancel()

    async def _look(self) -> None:
        for job_id in map(bytes.decode, await self._redis.zrange(abort_jobs_ss, 0, -1)):
            ours = job_id.startswith(f"{self._keys.tag}:")
            if not ours or job_id in self._stopping or len(self._stopping) >= MOST_AT_ONCE:
                continue
            if await self._may_stop(job_id):
                log.info("abort_asked", job=job_id)
                self._stopping[job_id] = asyncio.create_task(self._abort(job_id), name="abort")

    async def _may_stop(self, job_id: str) -> bool:
        names = [Field.TOKEN, Field.BY]
        stored = self._redis.hmget(self._keys.message(job_id), names)
        token, by = await cast(Awaitable[list[bytes | None]], stored)
        return token is None or by == self._me.encode()

    async def _abort(self, job_id: str) -> None:
        try:
            await self._stop(job_id)
            await despite_outages("aborts", self._forget, job_id)
        except Exception:
            # One that cannot be stopped is asked for again with the next look, and told of.
            log.exception("abort_failed", job=job_id)
        finally:
            del self._stopping[job_id]

    async def _forget(self, job_id: str) -> None:
        await self._redis.zrem(abort_jobs_ss, job_id)
