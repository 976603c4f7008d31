"""Finds who waits for an answer: what came since the last look, or has waited so long by now.

What a look costs depends on what has happened since, not on how many wait.
"""

import heapq
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from redis.asyncio import Redis

from consumer.queue.lua import QUEUE_SCRIPTS
from shared.inbound import InboundMessage
from shared.keys import FAR_FUTURE_MS, Keys
from shared.lane import Lane
from shared.operating.pauses import past_pauses, stood_still_ms
from shared.redis import clock
from shared.redis.message_hash import Field
from shared.redis.scripts import Scripts

MOST = 200
"""Of one kind in one look."""
MOST_LATER = 1000
SKEW_MS = 1000
"""So much the clocks of Redis and of the consumer may differ: the second has the last word."""


@dataclass(frozen=True, slots=True)
class Waiter:
    """One message that has no answer yet."""

    job_id: str
    lane: Lane
    person: str
    accepted_ms: int
    """Later by as long as its lane was paused since: its age stood still."""
    runs: bool = False
    """Its turn has come."""


@dataclass(slots=True)
class Crossing:
    """Finds the messages that have waited for so long since it was asked last; 0: the new ones."""

    after_ms: int
    reached_ms: int = 0
    at: set[bytes] = field(default_factory=set)
    """Those that arrived at `reached_ms` and were found."""

    def ask(self, pipe: Any, arrivals: str, now_ms: int, most: int) -> None:
        """One command."""
        until, bound = now_ms - self.after_ms, most + len(self.at)
        pipe.zrangebyscore(arrivals, self.reached_ms, until, start=0, num=bound, withscores=True)

    def found(self, answer: Sequence[tuple[bytes, float]]) -> list[str]:
        """Job ids, each once."""
        new = [(job, int(score)) for job, score in answer if job not in self.at]
        if new:
            last = new[-1][1]
            before = self.at if last == self.reached_ms else set()
            self.at = before | {job for job, score in new if score == last}
            self.reached_ms = last
        return [job.decode() for job, _ in new]


class WaitingRoom:
    """Looks at the messages in the order of their arrival; control words, which do not wait for a
    turn, are not among them."""

    def __init__(self, redis: Redis, keys: Keys, *, after_s: Sequence[float] = (60, 300)) -> None:
        """`after_s`: after how long a message is told of again."""
        self._redis = redis
        self._keys = keys
        self._scripts = Scripts(redis, QUEUE_SCRIPTS)
        late = [round(1000 * seconds) + SKEW_MS for seconds in after_s]
        self._crossings = [Crossing(after_ms) for after_ms in (0, *late)]
        self._later: list[tuple[int, str]] = []
        """When messages that were paused will have waited for so long: ms, job id."""

    async def waiters(self, most: int = MOST) -> list[Waiter]:
        """Messages that began to wait, that have waited for so long, or that wait for another try.

        Of the first two kinds up to `most` each: the first looks find all, bit by bit. Raises
        RedisError.
        """
        now_ms = await clock.now_ms(self._redis)
        pipe = self._redis.pipeline(transaction=False)
        for crossing in self._crossings:
            crossing.ask(pipe, self._keys.arrivals, now_ms, most)
        again, ever = f"({now_ms}", f"({FAR_FUTURE_MS}"
        pipe.zrangebyscore(self._keys.queue, again, ever, start=0, num=MOST)
        pipe.lrange(self._keys.suspects, 0, MOST - 1)
        *answers, later, suspects = await pipe.execute()
        found = [c.found(answer) for c, answer in zip(self._crossings, answers, strict=True)]
        jobs = [job for jobs in found for job in jobs]
        jobs += [job.decode() for job in (*later, *suspects)]
        return await self._waiters([*jobs, *self._now_due(now_ms)], now_ms)

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

    def _now_due(self, now_ms: int) -> Iterator[str]:
        while self._later and self._later[0][0] <= now_ms:
            yield heapq.heappop(self._later)[1]

    async def _waiters(self, jobs: Sequence[str], now_ms: int) -> list[Waiter]:
        wanted = {job: lane for job in jobs if (lane := self._keys.lane_of(job)) is not None}
        if not wanted:
            return []
        running, stored = await self._stored(wanted)
        known = await past_pauses(self._redis, self._keys)
        waiters = []
        for job_id, (person, accepted) in stored.items():
            lane = wanted[job_id]
            still_ms = stood_still_ms(lane, known, accepted, now_ms)
            self._see_later(job_id, accepted, still_ms, now_ms)
            runs = job_id.encode() in running
            waiters.append(Waiter(job_id, lane, person, accepted + still_ms, runs))
        return waiters

    async def _stored(
        self, wanted: Mapping[str, Lane]
    ) -> tuple[set[bytes], dict[str, tuple[str, int]]]:
        pipe = self._redis.pipeline(transaction=False)
        pipe.smembers(self._keys.running)
        for job_id in wanted:
            pipe.hmget(self._keys.message(job_id), [Field.PERSON, Field.ACCEPTED, Field.LANE])
        running, *answers = await pipe.execute()
        return running, {
            job_id: ((person or b"").decode(), int(accepted))
            for job_id, (person, accepted, line) in zip(wanted, answers, strict=True)
            if accepted is not None and line == str(wanted[job_id]).encode()
        }

    def _see_later(self, job_id: str, accepted_ms: int, still_ms: int, now_ms: int) -> None:
        """A message that was paused crosses its times later than it arrived."""
        if not still_ms or len(self._later) >= MOST_LATER:
            return
        waited_ms = now_ms - accepted_ms - still_ms
        ahead = [it.after_ms - waited_ms for it in self._crossings if it.after_ms > waited_ms]
        if ahead and all(job != job_id for _, job in self._later):
            heapq.heappush(self._later, (now_ms + min(ahead), job_id))
