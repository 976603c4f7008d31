"""The rooms we know: those of accepted messages, as accept.lua records them, last used first."""

import json
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from shared.keys import Keys
from shared.lane import Lane


@dataclass(frozen=True, slots=True)
class KnownRoom:
    """A bot in a room."""

    lane: Lane
    name: str | None
    """None in a ping: there every message is for the bot."""


class KnownRooms:
    """Reads them from Redis; every method raises redis.RedisError."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def all(self) -> list[KnownRoom]:
        """Every room, the one that was used last first."""
        lanes: list[bytes] = await self._redis.zrevrange(self._keys.rooms, 0, -1)
        if not lanes:
            return []
        names = await cast(
            Awaitable[list[bytes | None]], self._redis.hmget(self._keys.room_names, lanes)
        )
        return [
            KnownRoom(Lane.parse(lane.decode()), json.loads(name))
            for lane, name in zip(lanes, names, strict=True)
            if name is not None
        ]

    async def forget(self, lane: Lane) -> None:
        """The bot is not in that room any more; a message from there makes it known again."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.zrem(self._keys.rooms, str(lane))
        pipe.hdel(self._keys.room_names, str(lane))
        await pipe.execute()
