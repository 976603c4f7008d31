"""The exclusive lease of the queue: one consumer at a time; the next waits or takes over at once.

Beside the lease in Redis a file lock under DATA_DIR proves, on one machine, that a predecessor is
dead: with it a killed consumer is followed in milliseconds, without it when its lease lapses.
"""

import asyncio
import fcntl
import os
import uuid
from pathlib import Path
from typing import IO

import structlog
from redis.asyncio import Redis

from consumer.queue.scripts import Scripts
from shared.keys import Keys

log = structlog.get_logger()


class Lease:
    """The right to run this queue's jobs. `me` names this consumer in Redis."""

    def __init__(self, redis: Redis, keys: Keys, *, lease_ms: int, lock_file: Path) -> None:
        self.me = f"{uuid.uuid4().hex}@{os.getpid()}"
        self._redis = redis
        self._keys = keys
        self._lease_ms = lease_ms
        self._lock_file = lock_file
        self._lock: IO[str] | None = None
        self._scripts = Scripts(redis)

    async def acquire(self) -> None:
        """Wait until this consumer owns the queue; raises redis.RedisError."""
        predecessor = self._predecessor()
        waited = False
        while owner := await self._try(predecessor):
            if not waited:
                log.info("lease_waiting", owner=owner)
            waited = True
            await self._until_it_may_lapse()
            predecessor = predecessor or self._predecessor()
        self._sign()
        log.info("lease_acquired", me=self.me, waited=waited)

    async def release(self) -> None:
        """Give the queue up at once, if it is still ours, so that a successor need not wait."""
        if await self._redis.get(self._keys.lease) == self.me.encode():
            await self._redis.delete(self._keys.lease, self._keys.heartbeat)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    async def _try(self, predecessor: str) -> str:
        arguments = [self.me, self._lease_ms, predecessor]
        owner = await self._scripts.run("acquire", [self._keys.lease], arguments)
        return str(owner.decode())

    async def _until_it_may_lapse(self) -> None:
        left = await self._redis.pttl(self._keys.lease)
        # Asking again within the second also notices a predecessor that let go early.
        await asyncio.sleep(min(max(left, 10), 1000) / 1000)

    def _predecessor(self) -> str:
        """The id in the lock file, once the lock is ours: its writer is dead. Else ''."""
        if self._lock is None:
            self._lock_file.parent.mkdir(parents=True, exist_ok=True)
            lock = self._lock_file.open("a+", encoding="utf-8")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                return ""
            self._lock = lock
        self._lock.seek(0)
        return self._lock.read().strip()

    def _sign(self) -> None:
        if self._lock is None:
            return
        self._lock.truncate(0)
        self._lock.write(self.me)
        self._lock.flush()
