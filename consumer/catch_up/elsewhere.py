"""What has ended at other members too: Redis keeps the newest messages that have."""

from pydantic import ValidationError
from redis.asyncio import Redis

from shared.keys import Keys
from shared.operating.messages import Message
from shared.operating.reading.facts import ended_rows

MOST = 500
"""In one look; where more have ended the next one goes on there."""
OVERLAP_MS = 5000
"""So much the clock of a Redis that takes over from another may be behind."""


class Elsewhere:
    """Reads what has ended since it read last."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis, self._keys = redis, keys
        self._from_ms = 0.0
        self._known: set[bytes] = set()
        self._own: set[bytes] = set()

    def is_own(self, job_id: str) -> None:
        """This has ended here, just now: it is not to be read."""
        self._own.add(job_id.encode())

    async def ended(self) -> list[Message]:
        """What ended at other members, control words left out: they have lines of their own.

        Raises redis.RedisError.
        """
        own, self._own = self._own, set()
        rows: list[tuple[bytes, float]] = await self._redis.zrangebyscore(
            self._keys.ended, self._from_ms, "+inf", start=0, num=MOST, withscores=True
        )
        if not rows:
            return []
        known = self._known | own
        fresh = [job_id for job_id, _ in rows if job_id not in known]
        found = await self._read(fresh)
        newest_ms = rows[-1][1]
        self._from_ms = newest_ms if len(rows) == MOST else newest_ms - OVERLAP_MS
        self._known = {job_id for job_id, _ in rows}
        return [message for message in found if message.word is None]

    async def _read(self, job_ids: list[bytes]) -> list[Message]:
        rows = await ended_rows(self._redis, self._keys, [it.decode() for it in job_ids])
        return [message for row in rows.values() if (message := _read(row))]


def _read(row: bytes) -> Message | None:
    """None for what an older or newer release put down in another way."""
    try:
        return Message.model_validate_json(row)
    except ValidationError:
        return None
