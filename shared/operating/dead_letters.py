"""Dead letters: messages that no attempt could answer, kept until somebody decides."""

import json
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from pydantic import ValidationError
from redis.asyncio import Redis

from shared.acceptance.call import arq_ticket
from shared.inbound import InboundMessage
from shared.keys import FAR_FUTURE_MS, Keys
from shared.operating.lua import OPERATING_SCRIPTS
from shared.redis.message_hash import Field
from shared.redis.scripts import Scripts

PAGE = 200
"""Letters that are read in one round trip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One message that died; `message` is None when it cannot be read."""

    job_id: str
    lane: str
    died: datetime
    reason: str
    starts: int
    failures: int
    crashes: int
    message: InboundMessage | None


class DeadLetters:
    """Lists dead letters, requeues and drops them; all raise redis.RedisError."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis = redis
        self._scripts = Scripts(redis, OPERATING_SCRIPTS)
        self._keys = keys

    async def all(self) -> list[DeadLetter]:
        """Every dead letter, the oldest first."""
        ids = await self._redis.zrange(self._keys.dead_letters, 0, -1)
        jobs = [job_id.decode() for job_id in ids]
        pages = [jobs[start : start + PAGE] for start in range(0, len(jobs), PAGE)]
        return [letter for page in pages for letter in await self._of(page)]

    async def get(self, job_id: str) -> DeadLetter | None:
        """One of them, None when there is no such dead letter."""
        found = await self._of([job_id])
        return found[0] if found else None

    async def requeue(self, job_id: str, now_ms: int) -> bool:
        """Back into its lane, before what was said later; False when there is no such letter."""
        letter = await self.get(job_id)
        if letter is None or letter.message is None:
            return False
        keys, message = self._keys, letter.message.model_copy(update={"accepted_ms": now_ms})
        await cast(
            Awaitable[Any],
            # Accepted anew: else it would be too old to be answered.
            self._redis.hset(keys.dead_letter(job_id), Field.BODY, message.model_dump_json()),
        )
        names = [
            keys.dead_letter(job_id),
            keys.message(job_id),
            keys.dead_letters,
            keys.lane(message.line),
            keys.job(job_id),
            keys.result(job_id),
            keys.queue,
            keys.lanes,
            keys.wake,
            keys.control_due,
            keys.arrivals,
            keys.ended,
            keys.ended_messages,
        ]
        ticket = arq_ticket(message)
        arguments = [job_id, letter.lane, ticket, now_ms, FAR_FUTURE_MS, keys.message("")]
        return bool(await self._scripts.run("requeue", names, arguments))

    async def drop(self, job_id: str) -> bool:
        """Forget it for good; False when there is no such dead letter."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.zrem(self._keys.dead_letters, job_id)
        pipe.delete(self._keys.dead_letter(job_id))
        return bool((await pipe.execute())[0])

    async def _of(self, job_ids: Sequence[str]) -> list[DeadLetter]:
        """Those of them that there are, in one round trip."""
        pipe = self._redis.pipeline(transaction=False)
        for job_id in job_ids:
            pipe.hgetall(self._keys.dead_letter(job_id))
            pipe.zscore(self._keys.dead_letters, job_id)
        answers = await pipe.execute()
        rows = zip(job_ids, answers[::2], answers[1::2], strict=True)
        return [_letter(job, stored, died) for job, stored, died in rows if stored and died]


def _letter(job_id: str, found: Mapping[bytes, bytes], died_ms: float) -> DeadLetter:
    stored = {name.decode(): value for name, value in found.items()}
    return DeadLetter(
        job_id=job_id,
        lane=stored[Field.LANE].decode(),
        died=datetime.fromtimestamp(died_ms / 1000, UTC),
        reason=json.loads(stored[Field.OUTCOME]).get("reason", "unknown"),
        starts=int(stored.get(Field.STARTS, 0)),
        failures=int(stored.get(Field.FAILURES, 0)),
        crashes=int(stored.get(Field.CRASHES, 0)),
        message=_read(stored[Field.BODY]),
    )


def _read(body: bytes) -> InboundMessage | None:
    try:
        return InboundMessage.model_validate_json(body)
    except ValidationError:
        return None
