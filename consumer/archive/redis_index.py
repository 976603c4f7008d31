"""Which lanes have a record in Redis, by when each was used last; no record is read for it."""

from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from datetime import UTC, datetime
from typing import cast

from redis.asyncio import Redis

from consumer.archive.lua import STORE_SCRIPTS
from consumer.archive.record_json import decode
from consumer.archive.records import SessionRecord
from shared.keys import Keys
from shared.lane import Lane
from shared.redis.scripts import Scripts

PAGE = 500
"""Lanes that are asked for in one round trip."""


class LaneIndex:
    """A zset that save.lua keeps: lane → ms of its record's last use. Raises RedisError."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = Scripts(redis, STORE_SCRIPTS)
        self._is_whole = False
        """Whether what an older release kept is in it, too."""

    async def count(self) -> int:
        """How many there are; some of them may have expired lately."""
        return int(await self._redis.zcard(await self._name()))

    async def newest(self, most: int, since_ms: float) -> list[Lane]:
        """The lanes that were used last, the newest first."""
        found = await self._redis.zrevrangebyscore(
            await self._name(), "+inf", since_ms, start=0, num=most
        )
        return [_lane(member) for member in found]

    async def unused_since(self, ms: float) -> dict[Lane, datetime]:
        """The lanes that were not used since that time, and when each was."""
        used = {lane: at async for page in self._by_age(ms) for lane, at in page}
        for lane in await self.drop_expired(list(used)):
            del used[lane]
        return used

    async def pages(self) -> AsyncIterator[list[Lane]]:
        """All lanes, some at a time; a lane may come twice."""
        cursor, name = -1, await self._name()
        while cursor:
            cursor, found = await self._redis.zscan(name, max(cursor, 0), count=PAGE)
            yield [_lane(member) for member, _ in found]

    async def drop_expired(self, lanes: Sequence[Lane]) -> list[Lane]:
        """Take out those that have no record any more, and give them."""
        dropped = []
        for page in in_pages(lanes):
            pipe = self._redis.pipeline(transaction=False)
            for lane in page:
                names = [self._keys.session(lane), self._keys.sessions_used]
                await self._scripts.queue(pipe, "drop", names, [str(lane)])
            answers = await pipe.execute()
            dropped += [lane for lane, gone in zip(page, answers, strict=True) if gone]
        return dropped

    async def _by_age(self, ms: float) -> AsyncIterator[list[tuple[Lane, datetime]]]:
        start, name = 0, await self._name()
        while True:
            found = await self._redis.zrangebyscore(
                name, "-inf", f"({ms}", start=start, num=PAGE, withscores=True
            )
            yield [(_lane(member), _time(score)) for member, score in found]
            start += PAGE
            if len(found) < PAGE:
                return

    async def _name(self) -> str:
        if not self._is_whole:
            await self._take_in()
            self._is_whole = True
        return self._keys.sessions_used

    async def _take_in(self) -> None:
        """Releases up to 5d7280d kept the lanes in a set, without a time."""
        old = self._keys.session_lanes
        while members := await cast(Awaitable[list[bytes]], self._redis.srandmember(old, PAGE)):
            pipe = self._redis.pipeline(transaction=False)
            for member in members:
                pipe.hget(self._keys.session(_lane(member)), "record")
            used = zip(members, map(_used_ms, await pipe.execute()), strict=True)
            known = {member: ms for member, ms in used if ms is not None}
            if known:
                await self._redis.zadd(self._keys.sessions_used, known, nx=True)
            await cast(Awaitable[int], self._redis.srem(old, *members))


def in_pages(lanes: Sequence[Lane]) -> Iterable[Sequence[Lane]]:
    """The lanes, as many at a time as are asked for in one round trip."""
    return (lanes[start : start + PAGE] for start in range(0, len(lanes), PAGE))


def used_ms(record: SessionRecord) -> int:
    """When it was used last, as it stands in the index."""
    return round(record.last_used.timestamp() * 1000)


def _used_ms(record: bytes | None) -> int | None:
    """None where there is none, or none that can be read."""
    try:
        return None if record is None else used_ms(decode(record.decode()))
    except ValueError:
        return None


def _lane(member: bytes) -> Lane:
    return Lane.parse(member.decode())


def _time(ms: float) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
