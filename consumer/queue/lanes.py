"""The lanes in Redis: claim, record, settle, postpone, reclaim, sweep; each one atomic script."""

import json
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast

import structlog
from arq.constants import abort_jobs_ss
from redis.asyncio import Redis

from consumer.queue.claim import Claim
from consumer.queue.errors import Fenced
from consumer.queue.outages import outlive_outages
from consumer.queue.scripts import script
from shared.keys import ANSWER, FAR_FUTURE_MS, Keys
from shared.wire import to_wire

_SCRIPTS = ("claim", "record", "settle", "postpone", "reclaim", "sweep", "abandon")
KEEP_RESULT_SECONDS = 24 * 3600

log = structlog.get_logger()


class Lanes:
    """One consumer's hands on the queue. `me` is its id in the lease."""

    def __init__(
        self,
        redis: Redis,
        keys: Keys,
        me: str,
        *,
        lease_ms: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._redis = redis
        self._keys = keys
        self._me = me
        self._lease_ms = lease_ms
        self._clock = clock
        self._scripts = {name: script(redis, name) for name in _SCRIPTS}

    async def claim(self, want: int) -> list[Claim]:
        """Up to `want` messages whose turn it is; none unless this consumer owns the queue."""
        keys, now = self._keys, self._now_ms()
        rows = await self._run(
            "claim",
            [keys.queue, keys.running, keys.suspects, keys.lease, keys.token],
            [
                self._me,
                want,
                now,
                self._lease_ms,
                FAR_FUTURE_MS,
                *self._prefixes(),
                abort_jobs_ss,
            ],
        )
        return [Claim.from_redis(*row, claimed_ms=now) for row in rows]

    async def record(self, claim: Claim, **fields: Any) -> None:
        """Store fields of a claimed message as JSON; raises Fenced when the claim is lost."""
        flat = [part for name, value in fields.items() for part in (name, json.dumps(value))]
        held = await self._run_patiently(
            "record", [self._keys.message(claim.job_id)], [claim.token, *flat]
        )
        if not held:
            raise Fenced(claim.job_id)

    async def check(self, claim: Claim) -> None:
        """Raise Fenced unless this claim still holds; asked before every post."""
        await self.record(claim)

    async def settle(self, claim: Claim, ending: dict[str, Any], *, dead: bool = False) -> None:
        """Record the outcome and let the lane go on; raises Fenced when the claim is lost."""
        now = self._now_ms()
        arguments = [
            claim.job_id,
            claim.token,
            str(claim.message.lane),
            json.dumps(ending),
            _arq_result(claim, ending, self._keys.queue, now),
            now,
            KEEP_RESULT_SECONDS,
            int(dead),
        ]
        answer = await self._run_patiently("settle", self._settle_keys(claim), arguments)
        if answer == b"fenced":
            raise Fenced(claim.job_id)

    async def postpone(self, claim: Claim, *, delay_s: float, failed: bool) -> None:
        """Give the message back to run again in `delay_s`; raises Fenced when the claim is lost."""
        keys, job_id = self._keys, claim.job_id
        answer = await self._run_patiently(
            "postpone",
            [
                keys.message(job_id),
                keys.queue,
                keys.running,
                keys.suspects,
                keys.in_progress(job_id),
                keys.wake,
            ],
            [job_id, claim.token, self._now_ms() + round(delay_s * 1000), int(failed)],
        )
        if answer == b"fenced":
            raise Fenced(job_id)

    async def reclaim(self) -> list[str]:
        """Set going again what a dead predecessor left running; gives the job ids."""
        keys = self._keys
        message, _, progress = self._prefixes()
        ids = await self._run(
            "reclaim",
            [keys.lease, keys.running, keys.queue, keys.suspects, keys.wake],
            [self._me, self._now_ms(), message, progress],
        )
        return [job_id.decode() for job_id in ids]

    async def sweep(self) -> list[str]:
        """Repair lanes that nothing would wake any more; gives the heads set going."""
        keys = self._keys
        message, lane, _ = self._prefixes()
        ids = await self._run(
            "sweep",
            [keys.lanes, keys.queue, keys.running, keys.wake],
            [self._now_ms(), FAR_FUTURE_MS, lane, message],
        )
        return [job_id.decode() for job_id in ids]

    async def running(self) -> set[str]:
        """The job ids that Redis holds for running."""
        members = await cast(Awaitable[set[bytes]], self._redis.smembers(self._keys.running))
        return {member.decode() for member in members}

    async def abandon(self, job_ids: Iterable[str]) -> None:
        """Set going again what is marked as running here, though nothing here runs it."""
        keys = self._keys
        message, _, progress = self._prefixes()
        await self._run(
            "abandon",
            [keys.lease, keys.running, keys.queue, keys.wake],
            [self._me, self._now_ms(), message, progress, *job_ids],
        )

    async def next_due_ms(self) -> int | None:
        """When the next postponed message may run, in ms since the epoch; None: none is."""
        found = await self._redis.zrangebyscore(
            self._keys.queue, "-inf", FAR_FUTURE_MS - 1, start=0, num=1, withscores=True
        )
        return int(found[0][1]) if found else None

    async def _run(self, name: str, keys: list[str], arguments: list[Any]) -> Any:
        return await cast(Awaitable[Any], self._scripts[name](keys=keys, args=arguments))

    async def _run_patiently(self, name: str, keys: list[str], arguments: list[Any]) -> Any:
        """Outlive an outage: what was posted must be recorded, or it would be posted again."""
        async for attempt in outlive_outages(name):
            with attempt:
                return await self._run(name, keys, arguments)
        raise AssertionError("outlive_outages ends only with an answer")

    def _settle_keys(self, claim: Claim) -> list[str]:
        keys, job_id = self._keys, claim.job_id
        return [
            keys.message(job_id),
            keys.lane(claim.message.lane),
            keys.queue,
            keys.running,
            keys.suspects,
            keys.lanes,
            keys.wake,
            keys.outcome(job_id),
            keys.job(job_id),
            keys.in_progress(job_id),
            keys.retry(job_id),
            keys.result(job_id),
            abort_jobs_ss,
            keys.dead,
            keys.dead_message(job_id),
        ]

    def _prefixes(self) -> tuple[str, str, str]:
        """Prefixes of message keys, lane keys and arq's in-progress keys, for the scripts."""
        keys = self._keys
        return keys.message(""), keys.lane_prefix, keys.in_progress("")

    def _now_ms(self) -> int:
        return round(self._clock() * 1000)


def _arq_result(claim: Claim, ending: dict[str, Any], queue: str, now_ms: int) -> bytes:
    """The record that `arq.jobs.Job.result_info()` reads: arq's own fields, no text."""
    message = claim.message
    return to_wire(
        {
            "t": claim.starts,
            "f": ANSWER,
            "a": [message.room_id, message.bot_id, message.message_id],
            "k": {},
            "et": message.accepted_ms,
            "s": ending["outcome"] == "completed",
            "r": ending,
            "st": claim.claimed_ms,
            "ft": now_ms,
            "q": queue,
            "id": claim.job_id,
        }
    )
