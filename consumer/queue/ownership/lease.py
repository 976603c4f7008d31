"""The exclusive lease of the queue: one consumer at a time; the next waits or takes over at once.

Beside the lease in Redis a file lock under DATA_DIR proves, on one machine, that a predecessor is
dead: with it a killed consumer is followed in milliseconds, without it when its lease lapses.
"""

import asyncio
import os
import uuid

import structlog
from redis.asyncio import Redis

from consumer.queue.lua import QUEUE_SCRIPTS
from consumer.queue.ownership.lock_file import LockFile
from shared.keys import Keys
from shared.redis.scripts import Scripts

ASK_AGAIN_MS = 200

log = structlog.get_logger()


class Lease:
    """The right to run this queue's jobs. `me` names this consumer in Redis."""

    def __init__(self, redis: Redis, keys: Keys, *, lease_ms: int, lock_file: LockFile) -> None:
        self.me = f"{uuid.uuid4().hex}@{os.getpid()}"
        self._redis = redis
        self._keys = keys
        self._lease_ms = lease_ms
        self._lock_file = lock_file
        self._scripts = Scripts(redis, QUEUE_SCRIPTS)

    async def acquire(self) -> None:
        """Wait until this consumer owns the queue; raises redis.RedisError."""
        predecessor = self._lock_file.predecessor()
        waited = False
        while owner := await self._try(predecessor):
            if not waited:
                log.info("lease_waiting", owner=owner)
            waited = True
            await self._until_it_may_lapse()
            predecessor = predecessor or self._lock_file.predecessor()
        self._lock_file.sign(self.me)
        log.info("lease_acquired", me=self.me, waited=waited)

    async def release(self) -> None:
        """Give the queue up at once, if it is still ours, so that a successor need not wait."""
        try:
            if await self._redis.get(self._keys.lease) == self.me.encode():
                signs = self._keys.heartbeat, self._keys.health
                await self._redis.delete(self._keys.lease, *signs)
        finally:
            self._lock_file.close()

    async def _try(self, predecessor: str) -> str:
        arguments = [self.me, self._lease_ms, predecessor]
        owner = await self._scripts.run("acquire", [self._keys.lease], arguments)
        return str(owner.decode())

    async def _until_it_may_lapse(self) -> None:
        left = await self._redis.pttl(self._keys.lease)
        # Asking again soon also notices a predecessor that let go early, or died beside us.
        await asyncio.sleep(min(max(left, 10), ASK_AGAIN_MS) / 1000)
