"""Who asks first is told so, and again after a crash; others are not."""

from datetime import timedelta

from fakeredis import FakeAsyncRedis

from shared.redis.once import is_first

DAY = timedelta(days=1)


async def test_the_first_is_the_first_again_and_nobody_else() -> None:
    redis = FakeAsyncRedis()
    assert await is_first(redis, "said", "one", DAY)
    assert await is_first(redis, "said", "one", DAY)
    assert not await is_first(redis, "said", "two", DAY)
    assert await is_first(redis, "said to others", "two", DAY)


async def test_it_is_forgotten_in_time() -> None:
    redis = FakeAsyncRedis()
    assert await is_first(redis, "said", "one", DAY)
    assert 0 < await redis.pttl("said") <= DAY.total_seconds() * 1000
