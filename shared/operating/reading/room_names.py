"""What the rooms of lanes are called, as Campfire last told."""

import json
from collections.abc import Awaitable, Iterable, Sequence
from typing import cast

from redis.asyncio import Redis

from shared.keys import Keys
from shared.lane import Lane
from shared.operating.messages import Message


async def room_names(redis: Redis, keys: Keys, lanes: Iterable[Lane]) -> dict[Lane, str | None]:
    """What each lane's room is called; None for a ping, or not known. Raises RedisError."""
    wanted = list(dict.fromkeys(lanes))
    if not wanted:
        return {}
    asked = redis.hmget(keys.room_names, [str(lane) for lane in wanted])
    stored = await cast(Awaitable[list[bytes | None]], asked)
    return {
        lane: json.loads(name) if name else None for lane, name in zip(wanted, stored, strict=True)
    }


async def names_of_rooms(redis: Redis, keys: Keys, lanes: Iterable[Lane]) -> dict[int, str]:
    """What rooms are called, where one of their lanes tells it; raises RedisError."""
    told = await room_names(redis, keys, lanes)
    return {lane.room_id: name for lane, name in told.items() if name}


async def with_room_names(redis: Redis, keys: Keys, rows: Sequence[Message]) -> list[Message]:
    """Rows of which some do not say what their room is called: those that have ended are kept
    without. Raises RedisError."""
    nameless = [Lane(row.room_id, row.bot_id) for row in rows if row.room is None and row.room_id]
    names = await room_names(redis, keys, nameless)
    return [
        row.model_copy(update={"room": row.room or names.get(Lane(row.room_id, row.bot_id))})
        for row in rows
    ]
