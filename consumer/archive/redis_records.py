"""Session records in Redis: any consumer on any machine finds the lane's session."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import cast

import structlog
from redis.asyncio import Redis

from consumer.agent.errors import Superseded
from consumer.archive.disk_records import decode, encode
from consumer.archive.lane_gates import LaneGates
from consumer.archive.lua import STORE_SCRIPTS
from consumer.archive.records import SessionRecord
from shared.keys import Keys
from shared.lane import Lane

log = structlog.get_logger(__name__)

ASIDE = timedelta(days=30)
"""How long a record that could not be used is kept for the operator."""


class RedisRecords:
    """A hash a lane, the record as JSON and its fence, that expires with the lane's TTL.

    An index names the lanes. A record that Redis lost is written again by whoever has the
    session: only a newer owner's fence stands in the way.
    """

    def __init__(self, redis: Redis, keys: Keys, ttl: Callable[[Lane], timedelta]) -> None:
        self._redis = redis
        self._keys = keys
        self._ttl = ttl
        self._own = redis.register_script(STORE_SCRIPTS["own"])
        self._save = redis.register_script(STORE_SCRIPTS["save"])
        self._drop = redis.register_script(STORE_SCRIPTS["drop"])
        # Two writes of a lane would take two connections, and arrive in any order.
        self._gates = LaneGates()

    async def own(self, lane: Lane) -> int:
        """See SessionRecords."""
        async with self._gates.hold(lane):
            return int(await self._own(keys=[self._keys.session(lane)], args=[self._ttl_ms(lane)]))

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
                keys=[self._keys.session(lane), self._keys.session_lanes],
                args=[self._ttl_ms(lane), fence, encode(record), str(lane)],
            )
        if not saved:
            raise Superseded

    async def forget(self, lane: Lane) -> None:
        """See SessionRecords."""
        async with self._gates.hold(lane), self._redis.pipeline(transaction=True) as both:
            # Not the fence: it keeps earlier owners out.
            both.hdel(self._keys.session(lane), "record")
            both.srem(self._keys.session_lanes, str(lane))
            await both.execute()

    async def set_aside(self, lane: Lane, reason: str) -> None:
        """See SessionRecords."""
        found = await self._found(lane)
        async with self._gates.hold(lane), self._redis.pipeline(transaction=True) as all_of_it:
            if found is not None:
                all_of_it.set(self._keys.session_aside(lane, reason), found, ex=ASIDE)
            all_of_it.hdel(self._keys.session(lane), "record")
            all_of_it.srem(self._keys.session_lanes, str(lane))
            await all_of_it.execute()

    async def settled(self) -> None:
        """See SessionRecords: Redis answers for it."""

    async def all(self) -> list[SessionRecord]:
        """See SessionRecords. Lanes whose record has expired leave the index here."""
        records = []
        for member in await self._redis.smembers(self._keys.session_lanes):  # type: ignore[misc]
            lane = Lane.parse(_text(member))
            record = await self.load(lane)
            if record is None:
                names = [self._keys.session(lane), self._keys.session_lanes]
                await self._drop(keys=names, args=[str(lane)])
            else:
                records.append(record)
        return records

    async def _found(self, lane: Lane) -> str | None:
        found = await cast(
            Awaitable[bytes | str | None], self._redis.hget(self._keys.session(lane), "record")
        )
        return None if found is None else _text(found)

    def _ttl_ms(self, lane: Lane) -> int:
        return int(self._ttl(lane) / timedelta(milliseconds=1))


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
