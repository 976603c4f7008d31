"""Session records in Redis: any consumer on any machine finds the lane's session."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import cast

import structlog
from redis.asyncio import Redis

from consumer.agent.errors import Superseded
from consumer.archive.lane_gates import LaneGates
from consumer.archive.lua import STORE_SCRIPTS
from consumer.archive.record_json import decode, encode
from consumer.archive.records import SessionRecord
from consumer.archive.redis_index import LaneIndex, in_pages, used_ms
from shared.between_processes.resets import Scope, last_asked
from shared.keys import Keys
from shared.lane import Lane

log = structlog.get_logger(__name__)

ASIDE = timedelta(days=30)
"""How long a record that could not be used is kept for the operator."""


class RedisRecords:
    """A hash a lane, the record as JSON and its fence, that expires with the lane's TTL.

    An index names the lanes by their last use. A record that Redis lost is written again by
    whoever has the session: only a newer owner's fence stands in the way.
    """

    def __init__(
        self, redis: Redis, keys: Keys, ttl: Callable[[Lane], timedelta], me: str = ""
    ) -> None:
        """`me`: which member of several asks; empty where no other may answer."""
        self._redis = redis
        self._keys = keys
        self._ttl = ttl
        self._me = me
        self._own = redis.register_script(STORE_SCRIPTS["own"])
        self._save = redis.register_script(STORE_SCRIPTS["save"])
        self._index = LaneIndex(redis, keys)
        # Two writes of a lane would take two connections, and arrive in any order.
        self._gates = LaneGates()

    async def own(self, lane: Lane) -> int:
        """See SessionRecords."""
        keys = self._keys
        async with self._gates.hold(lane):
            fence = await self._own(
                keys=[keys.session(lane), keys.members, keys.wake],
                args=[self._ttl_ms(lane), str(lane), self._me],
            )
        if not fence:
            raise Superseded
        return int(fence)

    async def load(self, lane: Lane) -> SessionRecord | None:
        """See SessionRecords."""
        return await self._read(lane, await self._found(lane))

    async def save(self, record: SessionRecord, fence: int) -> bool:
        """See SessionRecords."""
        lane = record.lane
        async with self._gates.hold(lane):
            saved = await self._save(
                keys=[self._keys.session(lane), self._keys.sessions_used],
                args=[self._ttl_ms(lane), fence, encode(record), str(lane), used_ms(record)],
            )
        if saved < 0:
            raise Superseded
        return bool(saved)

    async def forget(self, lane: Lane) -> None:
        """See SessionRecords."""
        async with self._gates.hold(lane), self._redis.pipeline(transaction=True) as both:
            # Not the fence: it keeps earlier owners out.
            both.hdel(self._keys.session(lane), "record")
            both.zrem(self._keys.sessions_used, str(lane))
            await both.execute()

    async def set_aside(self, lane: Lane, reason: str) -> None:
        """See SessionRecords."""
        found = await self._found(lane)
        async with self._gates.hold(lane), self._redis.pipeline(transaction=True) as all_of_it:
            if found is not None:
                all_of_it.set(self._keys.session_aside(lane, reason), found, ex=ASIDE)
            all_of_it.hdel(self._keys.session(lane), "record")
            all_of_it.zrem(self._keys.sessions_used, str(lane))
            await all_of_it.execute()

    async def last_reset(self, *scopes: Scope) -> datetime | None:
        """See SessionRecords."""
        return await last_asked(self._redis, self._keys, *scopes)

    async def settled(self) -> None:
        """See SessionRecords: Redis answers for it."""

    async def all(self) -> list[SessionRecord]:
        """See SessionRecords. Lanes whose record has expired leave the index here."""
        found = {it.lane: it async for lanes in self._index.pages() for it in await self._of(lanes)}
        return list(found.values())

    async def newest(self, most: int, since: datetime) -> list[SessionRecord]:
        """See SessionRecords."""
        return await self._of(await self._index.newest(most, since.timestamp() * 1000))

    async def unused_since(self, moment: datetime) -> dict[Lane, datetime]:
        """See SessionRecords. Lanes whose record has expired leave the index here."""
        return await self._index.unused_since(moment.timestamp() * 1000)

    async def count(self) -> int:
        """See SessionRecords."""
        return await self._index.count()

    async def _of(self, lanes: Sequence[Lane]) -> list[SessionRecord]:
        """The records of those that have one."""
        read = {
            lane: it for page in in_pages(lanes) for lane, it in (await self._page(page)).items()
        }
        await self._index.drop_expired([lane for lane, record in read.items() if record is None])
        return [record for record in read.values() if record is not None]

    async def _page(self, lanes: Sequence[Lane]) -> dict[Lane, SessionRecord | None]:
        pipe = self._redis.pipeline(transaction=False)
        for lane in lanes:
            pipe.hget(self._keys.session(lane), "record")
        found = zip(lanes, await pipe.execute(), strict=True)
        return {lane: await self._read(lane, _text(it) if it else None) for lane, it in found}

    async def _read(self, lane: Lane, found: str | None) -> SessionRecord | None:
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

    async def _found(self, lane: Lane) -> str | None:
        found = await cast(
            Awaitable[bytes | str | None], self._redis.hget(self._keys.session(lane), "record")
        )
        return None if found is None else _text(found)

    def _ttl_ms(self, lane: Lane) -> int:
        return int(self._ttl(lane) / timedelta(milliseconds=1))


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
