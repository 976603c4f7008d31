"""When conversations were reset last, for who opens one, or hears of a reset late.

Each member resets what is its own. A lane that moves meanwhile, or whose home dies before it has
heard, would be missed by both; and one that hears after hours would forget what began since.
"""

from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from redis.asyncio import Redis

from shared.keys import Keys
from shared.lane import Lane

KEPT_S = 7 * 24 * 3600
_EPOCH = datetime.fromtimestamp(0, UTC)

Scope = tuple[int | None, str | None]
"""A room and a bot; None: any."""


def scopes_of(lane: Lane) -> tuple[Scope, ...]:
    """The scopes of a reset that a lane belongs to."""
    return tuple((room, bot) for room in (lane.room_id, None) for bot in (lane.bot_id, None))


async def note(redis: Redis, pipe: Any, keys: Keys, scope: Scope) -> None:
    """A reset is asked for, by one command of a pipe; raises RedisError."""
    seconds, micros = await cast(Awaitable[tuple[int, int]], redis.time())
    pipe.set(keys.reset(*scope), seconds * 1_000_000 + micros, ex=KEPT_S)


async def last_asked(redis: Redis, keys: Keys, *scopes: Scope) -> datetime | None:
    """The last time a reset of one of these was asked for, by Redis' clock; raises RedisError."""
    names = [keys.reset(*scope) for scope in scopes]
    stored = await cast(Awaitable[list[bytes | None]], redis.mget(names))
    times = [int(it) for it in stored if it is not None]
    return _EPOCH + timedelta(microseconds=max(times)) if times else None
