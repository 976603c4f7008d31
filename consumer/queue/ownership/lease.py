"""The lease of a member: one process of a name at a time; a second one waits until it is over.

Beside the lease in Redis a file lock under DATA_DIR proves, on one machine, that a predecessor is
dead: with it a killed consumer is followed in milliseconds, without it when its lease lapses.
"""

import asyncio

import structlog
from redis.asyncio import Redis

from consumer.queue.lua import QUEUE_SCRIPTS
from consumer.queue.ownership.lock_file import LockFile
from consumer.queue.ownership.membership import Membership
from shared.keys import Keys
from shared.redis.scripts import Scripts

ASK_AGAIN_MS = 200
WHY = {
    b"name": "a consumer of this name works: it is followed when it ends (MEMBER names them)",
    b"alone": "another consumer works: several side by side need SESSION_STORE=redis in each",
    b"older": "an older release's consumer works, and has the queue to itself",
}

log = structlog.get_logger()


class Lease:
    """The right to run this queue's jobs, beside other members or alone."""

    def __init__(
        self, redis: Redis, keys: Keys, member: Membership, *, lease_ms: int, lock_file: LockFile
    ) -> None:
        self._redis = redis
        self._keys = keys
        self._member = member
        self._lease_ms = lease_ms
        self._lock_file = lock_file
        self._scripts = Scripts(redis, QUEUE_SCRIPTS)

    @property
    def me(self) -> str:
        """This member's name and process, as they stand in Redis."""
        return self._member.me

    async def acquire(self) -> None:
        """Wait until this consumer is a member; raises redis.RedisError."""
        predecessor = self._lock_file.predecessor()
        waited = False
        while in_the_way := await self._try(predecessor):
            owner, why, left_ms = in_the_way
            if not waited:
                log.info("lease_waiting", owner=owner.decode(), why=WHY[why])
            waited = True
            # Asking again soon also notices one that let go early, or died beside us.
            await asyncio.sleep(min(max(left_ms, 10), ASK_AGAIN_MS) / 1000)
            predecessor = predecessor or self._lock_file.predecessor()
        self._lock_file.sign(self.me)
        log.info("lease_acquired", me=self.me, waited=waited)

    async def begin_to_leave(self) -> None:
        """Claim nothing more, and have others woken in our place; raises redis.RedisError."""
        keys = self._keys
        await self._scripts.run("drain", [keys.members, keys.leaving, keys.wake], [self.me])

    async def release(self) -> None:
        """Be a member no longer, at once, so that a successor need not wait."""
        keys = self._keys
        try:
            names = [keys.members, keys.alone, keys.leaving, keys.places, keys.wake]
            names += [keys.running, keys.queue, keys.control_due]
            names += [keys.lease, keys.heartbeat, keys.health]
            prefixes = [keys.message(""), keys.in_progress("")]
            await self._scripts.run("leave", names, [self.me, *prefixes])
        finally:
            self._lock_file.close()

    async def _try(self, predecessor: str) -> tuple[bytes, bytes, int] | None:
        keys = self._keys
        names = [keys.members, keys.alone, keys.leaving, keys.lease]
        names += [keys.commands_of(self._member.name), keys.commands, keys.offers]
        arguments = [self.me, self._lease_ms, int(self._member.shared), predecessor]
        answer = await self._scripts.run("acquire", names, arguments)
        return (answer[0], answer[1], int(answer[2])) if answer else None
