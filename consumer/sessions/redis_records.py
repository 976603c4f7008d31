"""Session records in Redis: any consumer on any machine finds the lane's session."""

from datetime import timedelta

import structlog
from redis.asyncio import Redis

from consumer.sessions.disk_records import decode, encode
from consumer.sessions.lane_gates import LaneGates
from consumer.sessions.records import SessionRecord
from shared.lane import Lane

log = structlog.get_logger(__name__)

ASIDE = timedelta(days=30)
"""How long a record that could not be used is kept for the operator."""


class RedisRecords:
    """Records as JSON strings that expire with the sessions' TTL, and an index of their lanes."""

    def __init__(self, redis: Redis, prefix: str, ttl: timedelta) -> None:
        self._redis = redis
        self._prefix = prefix
        self._ttl = ttl
        # Two writes of a lane would take two connections, and arrive in any order.
        self._gates = LaneGates()

    async def load(self, lane: Lane) -> SessionRecord | None:
        """See SessionRecords."""
        found = await self._redis.get(self._key(lane))
        if found is None:
            return None
        try:
            record = decode(_text(found))
        except ValueError:
            record = None
        if record is None or record.lane != lane:
            log.warning("record_unreadable", lane=str(lane))
            await self.set_aside(lane, "unreadable")
            return None
        return record

    async def save(self, record: SessionRecord) -> None:
        """See SessionRecords."""
        async with (
            self._gates.only(record.lane),
            self._redis.pipeline(transaction=True) as both,
        ):
            both.set(self._key(record.lane), encode(record), ex=self._ttl)
            both.sadd(self._index, str(record.lane))
            await both.execute()

    async def forget(self, lane: Lane) -> None:
        """See SessionRecords."""
        async with self._gates.only(lane), self._redis.pipeline(transaction=True) as both:
            both.delete(self._key(lane))
            both.srem(self._index, str(lane))
            await both.execute()

    async def set_aside(self, lane: Lane, reason: str) -> None:
        """See SessionRecords."""
        found = await self._redis.get(self._key(lane))
        if found is not None:
            aside = f"{self._prefix}:session-aside:{lane}:{reason}"
            await self._redis.set(aside, found, ex=ASIDE)
        await self.forget(lane)

    async def all(self) -> list[SessionRecord]:
        """See SessionRecords. Lanes whose record has expired leave the index here."""
        records = []
        for member in await self._redis.smembers(self._index):  # type: ignore[misc]
            lane = Lane.parse(_text(member))
            record = await self.load(lane)
            if record is None:
                await self._redis.srem(self._index, str(lane))  # type: ignore[misc]
            else:
                records.append(record)
        return records

    @property
    def _index(self) -> str:
        return f"{self._prefix}:session-lanes"

    def _key(self, lane: Lane) -> str:
        return f"{self._prefix}:session:{lane}"


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
