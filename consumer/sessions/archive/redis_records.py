"""Session records in Redis: any consumer on any machine finds the lane's session."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import cast

import structlog
from redis.asyncio import Redis

from consumer.sessions.archive.disk_records import decode, encode
from consumer.sessions.archive.records import SessionRecord
from consumer.sessions.errors import Superseded
from consumer.sessions.lane_gates import LaneGates
from shared.lane import Lane

log = structlog.get_logger(__name__)

ASIDE = timedelta(days=30)
"""How long a record that could not be used is kept for the operator."""

OWN = """
local time = redis.call('TIME')
local before = tonumber(redis.call('HGET', KEYS[1], 'fence') or '0')
local fence = string.format('%.0f', math.max(before + 1, time[1] * 1000000 + time[2]))
redis.call('HSET', KEYS[1], 'fence', fence)
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return tonumber(fence)
"""
"""Fences grow by the server's clock, so they need no counter, and a lost Redis begins no lower."""

SAVE = """
if tonumber(redis.call('HGET', KEYS[1], 'fence') or '0') > tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], 'fence', ARGV[2], 'record', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('SADD', KEYS[2], ARGV[4])
return 1
"""

DROP = """
if redis.call('HEXISTS', KEYS[1], 'record') == 0 then redis.call('SREM', KEYS[2], ARGV[1]) end
"""
"""Its lane may be answered, and back on record, at this very moment."""


class RedisRecords:
    """A hash a lane, the record as JSON and its fence, that expires with the lane's TTL.

    An index names the lanes. A record that Redis lost is written again by whoever has the
    session: only a newer owner's fence stands in the way.
    """

    def __init__(self, redis: Redis, prefix: str, ttl: Callable[[Lane], timedelta]) -> None:
        self._redis = redis
        self._prefix = prefix
        self._ttl = ttl
        self._own = redis.register_script(OWN)
        self._save = redis.register_script(SAVE)
        self._drop = redis.register_script(DROP)
        # Two writes of a lane would take two connections, and arrive in any order.
        self._gates = LaneGates()

    async def own(self, lane: Lane) -> int:
        """See SessionRecords."""
        async with self._gates.hold(lane):
            return int(await self._own(keys=[self._key(lane)], args=[self._ttl_ms(lane)]))

    async def load(self, lane: Lane) -> SessionRecord | None:
        """See SessionRecords."""
        found = await self._found(lane)
        if found is None:
            return None
        try:
            record = decode(found)
        except ValueError:
            record = None
        if record is None or record.lane != lane:
            log.warning("record_unreadable", lane=str(lane))
            await self.set_aside(lane, "unreadable")
            return None
        return record

    async def save(self, record: SessionRecord, fence: int) -> None:
        """See SessionRecords."""
        lane = record.lane
        async with self._gates.hold(lane):
            saved = await self._save(
                keys=[self._key(lane), self._index],
                args=[self._ttl_ms(lane), fence, encode(record), str(lane)],
            )
        if not saved:
            raise Superseded

    async def forget(self, lane: Lane) -> None:
        """See SessionRecords."""
        async with self._gates.hold(lane), self._redis.pipeline(transaction=True) as both:
            both.hdel(self._key(lane), "record")  # not the fence: it keeps earlier owners out
            both.srem(self._index, str(lane))
            await both.execute()

    async def set_aside(self, lane: Lane, reason: str) -> None:
        """See SessionRecords."""
        found = await self._found(lane)
        async with self._gates.hold(lane), self._redis.pipeline(transaction=True) as all_of_it:
            if found is not None:
                aside = f"{self._prefix}:session-aside:{lane}:{reason}"
                all_of_it.set(aside, found, ex=ASIDE)
            all_of_it.hdel(self._key(lane), "record")
            all_of_it.srem(self._index, str(lane))
            await all_of_it.execute()

    async def settled(self) -> None:
        """See SessionRecords: Redis answers for it."""

    async def all(self) -> list[SessionRecord]:
        """See SessionRecords. Lanes whose record has expired leave the index here."""
        records = []
        for member in await self._redis.smembers(self._index):  # type: ignore[misc]
            lane = Lane.parse(_text(member))
            record = await self.load(lane)
            if record is None:
                await self._drop(keys=[self._key(lane), self._index], args=[str(lane)])
            else:
                records.append(record)
        return records

    @property
    def _index(self) -> str:
        return f"{self._prefix}:session-lanes"

    async def _found(self, lane: Lane) -> str | None:
        found = await cast(
            Awaitable[bytes | str | None], self._redis.hget(self._key(lane), "record")
        )
        return None if found is None else _text(found)

    def _ttl_ms(self, lane: Lane) -> int:
        return int(self._ttl(lane) / timedelta(milliseconds=1))

    def _key(self, lane: Lane) -> str:
        return f"{self._prefix}:session:{lane}"


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
