"""The living members: which consumers there are, and what each tells of itself in Redis."""

from collections.abc import Awaitable, Callable
from typing import cast

from redis.asyncio import Redis

from shared.between_processes.heartbeat import Heartbeat
from shared.between_processes.service_status import ServiceStatus
from shared.keys import Keys
from shared.lane import Lane
from shared.members import living
from shared.operating.reading.merged import merged


async def homes(redis: Redis, keys: Keys) -> dict[Lane, str]:
    """Whose each lane is, by the member's name, living or not; raises RedisError.

    Grows with the conversations that are open.
    """
    stored = await cast(Awaitable[dict[bytes, bytes]], redis.hgetall(keys.homes))
    return {Lane.parse(lane.decode()): name.decode() for lane, name in stored.items()}


async def told_by_each(
    redis: Redis, keys: Keys, kind: Callable[[str], str], older: str
) -> dict[str, bytes]:
    """What stands in a key of each living member, by its name; `kind` names the key.

    `older`: where an older release's consumer, which has no name, tells it: under "", where none
    that has one tells anything. Raises RedisError.
    """
    names = [member.name for member in await living(redis, keys)]
    stored = redis.mget([*map(kind, names), older])
    *values, of_older = await cast(Awaitable[list[bytes | None]], stored)
    told = zip(names, values, strict=True)
    found = {name: value for name, value in told if value is not None}
    return found if found or of_older is None else {"": of_older}


async def beats(redis: Redis, keys: Keys) -> dict[str, Heartbeat]:
    """Each member's last sign of life, by its name; raises RedisError."""
    told = await told_by_each(redis, keys, keys.heartbeat_of, keys.heartbeat)
    return {name: Heartbeat.model_validate_json(value) for name, value in told.items()}


async def statuses(redis: Redis, keys: Keys) -> dict[str, ServiceStatus]:
    """What each member's sessions are, by its name; raises RedisError."""
    told = await told_by_each(redis, keys, keys.session_stats_of, keys.session_stats)
    return {name: ServiceStatus.model_validate_json(value) for name, value in told.items()}


async def status_of_all(redis: Redis, keys: Keys) -> ServiceStatus | None:
    """The same, put together; None where nobody tells any. Raises RedisError."""
    told = await statuses(redis, keys)
    return merged(list(told.values())) if told else None
