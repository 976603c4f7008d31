"""The living members: which consumers there are, and what each tells of itself in Redis."""

from collections.abc import Awaitable, Callable, Iterable
from typing import cast

from redis.asyncio import Redis

from shared.between_processes.heartbeat import Heartbeat
from shared.between_processes.service_status import ServiceStatus
from shared.keys import Keys
from shared.lane import Lane
from shared.members import Member, living
from shared.operating.reading.merged import one_status


async def homes(redis: Redis, keys: Keys) -> dict[Lane, str]:
    """Whose each lane is, by the member's name, living or not; raises RedisError.

    Grows with the conversations that are open.
    """
    stored = await cast(Awaitable[dict[bytes, bytes]], redis.hgetall(keys.homes))
    return {Lane.parse(lane.decode()): name.decode() for lane, name in stored.items()}


async def told_by_each(
    redis: Redis, members: Iterable[Member], kind: Callable[[str], str], older: str
) -> dict[str, bytes]:
    """What stands in a key of each of these members, by its name; `kind` names the key.

    `older`: where an older release's consumer, which has no name, tells it: under "", where none
    that has one tells anything. Raises RedisError.
    """
    names = [member.name for member in members]
    stored = redis.mget([*map(kind, names), older])
    *values, of_older = await cast(Awaitable[list[bytes | None]], stored)
    told = zip(names, values, strict=True)
    found = {name: value for name, value in told if value is not None}
    return found if found or of_older is None else {"": of_older}


async def beats(redis: Redis, keys: Keys, members: Iterable[Member]) -> dict[str, Heartbeat]:
    """Each member's last sign of life, by its name; raises RedisError."""
    told = await told_by_each(redis, members, keys.heartbeat_of, keys.heartbeat)
    return {name: Heartbeat.model_validate_json(value) for name, value in told.items()}


async def statuses(redis: Redis, keys: Keys, members: Iterable[Member]) -> dict[str, ServiceStatus]:
    """What each member's sessions are, by its name; raises RedisError."""
    told = await told_by_each(redis, members, keys.session_stats_of, keys.session_stats)
    return {name: ServiceStatus.model_validate_json(value) for name, value in told.items()}


async def status_of_all(redis: Redis, keys: Keys) -> ServiceStatus | None:
    """What the living tell, put together; None where nobody tells any. Raises RedisError."""
    return one_status((await statuses(redis, keys, await living(redis, keys))).values())
