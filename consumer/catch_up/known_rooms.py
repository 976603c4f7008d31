"""The rooms we know: those of accepted messages, as accept.lua records them, last used first."""

import json
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from shared.keys import Keys
from shared.lane import Lane
from shared.numbers import whole_number


@dataclass(frozen=True, slots=True)
class KnownRoom:
    """A room in which a message to one of our bots was accepted."""

    room_id: int
    name: str | None
    """None in a ping: there every message is for its bots."""
    bots: tuple[str, ...]
    """The ids of those that were spoken to there, the last one first."""
    first: int = 0
    """The first message that this Redis accepted there: nothing up to it is ours to answer. 0:
    longer ago than it is remembered."""


class KnownRooms:
    """Reads them from Redis; every method raises redis.RedisError."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def all(self) -> list[KnownRoom]:
        """Every room, the one that was used last first."""
        stored: list[bytes] = await self._redis.zrevrange(self._keys.recent_lanes, 0, -1)
        lanes = [Lane.parse(lane.decode()) for lane in stored]
        room_ids = list(dict.fromkeys(lane.room_id for lane in lanes))
        if not room_ids:
            return []
        names = await cast(
            Awaitable[list[bytes | None]], self._redis.hmget(self._keys.room_names, stored)
        )
        firsts = await self._redis.mget(map(self._keys.first_accepted, room_ids))
        named = [(lane, name) for lane, name in zip(lanes, names, strict=True) if name is not None]
        rooms = (
            _room(room_id, named, first) for room_id, first in zip(room_ids, firsts, strict=True)
        )
        return [room for room in rooms if room.bots]

    async def forget(self, lane: Lane) -> None:
        """The bot is not in that room any more; a message from there makes it known again."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.zrem(self._keys.recent_lanes, str(lane))
        pipe.hdel(self._keys.room_names, str(lane))
        await pipe.execute()


def _room(room_id: int, lanes: Iterable[tuple[Lane, bytes]], first: bytes | None) -> KnownRoom:
    here = [(lane.bot_id, name) for lane, name in lanes if lane.room_id == room_id]
    name = json.loads(here[0][1]) if here else None
    return KnownRoom(room_id, name, tuple(bot_id for bot_id, _ in here), whole_number(first) or 0)
