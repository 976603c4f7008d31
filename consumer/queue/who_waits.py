"""Who waits for an answer: every message of every lane, with its age."""

from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from consumer.queue.lua import QUEUE_SCRIPTS
from shared.inbound import InboundMessage
from shared.keys import Keys
from shared.lane import Lane, Line
from shared.redis.message_hash import Field
from shared.redis.scripts import Scripts


@dataclass(frozen=True, slots=True)
class Waiter:
    """One message that has no answer yet."""

    job_id: str
    lane: Lane
    person: str
    accepted_ms: int
    runs: bool = False
    """Its turn has come."""


class WaitingRoom:
    """Looks at every lane; what it knows of a message it does not ask for again."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = Scripts(redis, QUEUE_SCRIPTS)
        self._known: dict[str, tuple[str, int]] = {}

    async def waiters(self) -> list[Waiter]:
        """Every message without an outcome, in order, lane by lane; raises RedisError."""
        names = await cast(Awaitable[set[bytes]], self._redis.smembers(self._keys.lanes))
        running = await cast(Awaitable[set[bytes]], self._redis.smembers(self._keys.running))
        lines = [Line.parse(name.decode()) for name in names]
        lanes = [line.lane for line in lines if not line.control]  # a control word does not wait
        pipe = self._redis.pipeline(transaction=False)
        for lane in lanes:
            pipe.lrange(self._keys.lane(lane), 0, -1)
        queues = dict(zip(lanes, await pipe.execute(), strict=True))
        await self._learn({job.decode() for jobs in queues.values() for job in jobs})
        return [
            waiter
            for lane, jobs in queues.items()
            for waiter in self._in_lane(lane, [job.decode() for job in jobs], running)
        ]

    async def message(self, job_id: str) -> InboundMessage | None:
        """What was said; None when it has ended. Raises RedisError, and ValueError for a message
        that cannot be read."""
        stored = self._redis.hget(self._keys.message(job_id), "body")
        body = await cast(Awaitable[bytes | None], stored)
        return InboundMessage.model_validate_json(body) if body else None

    async def tell(self, lane: Lane, word: str) -> bool:
        """Note that somebody in this lane is being told something.

        False: they were before, or nobody waits there any more. Raises RedisError.
        """
        keys = [self._keys.lane(lane), self._keys.notified(lane)]
        return bool(await self._scripts.run("tell", keys, [word]))

    def _in_lane(self, lane: Lane, jobs: list[str], running: set[bytes]) -> Iterator[Waiter]:
        for job_id in jobs:
            if job_id in self._known:
                runs = job_id.encode() in running
                yield Waiter(job_id, lane, *self._known[job_id], runs)

    async def _learn(self, jobs: set[str]) -> None:
        """Ask for what is new, forget what is gone."""
        self._known = {job: known for job, known in self._known.items() if job in jobs}
        new = sorted(jobs - self._known.keys())
        pipe = self._redis.pipeline(transaction=False)
        for job_id in new:
            pipe.hmget(self._keys.message(job_id), [Field.PERSON, Field.ACCEPTED])
        for job_id, (person, accepted) in zip(new, await pipe.execute(), strict=True):
            if accepted is not None:
                self._known[job_id] = ((person or b"").decode(), int(accepted))
