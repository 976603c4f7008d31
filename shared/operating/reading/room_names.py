"""What the rooms of lanes are called, as Campfire last told."""

import json
from collections.abc import Awaitable, Iterable
from typing import cast

from redis.asyncio import Redis

from shared.keys import Keys
from shared.lane import Lane


async def room_names(redis: Redis, keys: Keys, lanes: Iterable[Lane]) -> dict[Lane, str | None]:
    """By lane; None in a ping, and where it is not known. Raises RedisError."""
    wanted = list(dict.fromkeys(lanes))
    if not wanted:
        return {}
    asked = redis.hmget(keys.room_names, [str(lane) for lane in wanted])
    stored = await cast(Awaitable[list[bytes | None]], asked)
    return {
        lane: json.loads(name) if name else None for lane, name in zip(wanted, stored, strict=True)
    }
