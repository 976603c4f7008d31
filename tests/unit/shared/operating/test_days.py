"""The counts of a day, as this release keeps them and as those before it did."""

from collections.abc import AsyncIterator

import pytest
from fakeredis import FakeAsyncRedis
from redis.asyncio import Redis

from shared.keys import Keys
from shared.operating.reading.days import day_of, ended_name, outcome_name

KEYS, DAY = Keys("t"), "2026-11-30"


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    """An empty one."""
    async with FakeAsyncRedis() as client:
        yield client


async def test_one_count_tells_how_it_ended_and_both_times(redis: Redis) -> None:
    """Of each bot, and of all together; beside it what ended without a turn."""
    counts: dict[str | bytes, int] = {
        f"ops:{ended_name('completed', 0, 2)}": 3,
        f"ops:{ended_name('failed', 1, 2)}": 1,
        f"ops:{outcome_name('cancelled')}": 2,
        f"press:{ended_name('completed', 5, 12)}": 1,
    }
    await redis.hset(KEYS.day(DAY), mapping=counts)  # type: ignore[misc]
    of_all, (ops, press) = await day_of(redis, KEYS, DAY)
    assert ops.outcomes == {"completed": 3, "failed": 1, "cancelled": 2}
    assert (ops.waited_s, ops.took_s) == ((1.0, 2.0), (5.0, 5.0))
    assert (press.outcomes, press.waited_s) == ({"completed": 1}, (30.0, 30.0))
    assert of_all.outcomes == {"completed": 4, "failed": 1, "cancelled": 2}
    assert of_all.took_s == (5.0, 3600.0)


async def test_what_an_older_release_counted_is_added(redis: Redis) -> None:
    """On the day of an update both stand there."""
    older: dict[str | bytes, int] = {"ops:outcome:completed": 4, "ops:waited:0": 4, "ops:took:3": 4}
    await redis.hset(KEYS.day(DAY), mapping=older)  # type: ignore[misc]
    await redis.hset(KEYS.day(DAY), f"ops:{ended_name('completed', 0, 3)}", "1")  # type: ignore[misc]
    of_all, _ = await day_of(redis, KEYS, DAY)
    assert of_all.outcomes == {"completed": 5}
    assert (of_all.waited_s, of_all.took_s) == ((1.0, 1.0), (10.0, 10.0))
