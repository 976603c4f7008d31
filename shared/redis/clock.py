"""Redis's clock: the one by which all processes and scripts tell when something was."""

from collections.abc import Awaitable
from typing import cast

from redis.asyncio import Redis


async def now_ms(redis: Redis) -> int:
    """ms since the epoch; raises RedisError."""
    return in_ms(await cast(Awaitable[tuple[int, int]], redis.time()))


def in_ms(told: tuple[int, int]) -> int:
    """What TIME gives, seconds and microseconds, as ms."""
    seconds, micros = told
    return int(seconds) * 1000 + int(micros) // 1000
