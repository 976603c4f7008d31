"""Every kind of client finds the master that the sentinels name, also the next one."""

import pytest
from redis import Redis as BlockingRedis
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tests.conftest import eventually
from tests.sentinels import SentinelSet


@pytest.mark.short_form("kill_master")
@pytest.mark.parametrize("breaking", ["kill_master", "stop_master"])
async def test_clients_go_on_with_the_next_master(
    sentinels: SentinelSet, redis: Redis, blocking: BlockingRedis, breaking: str
) -> None:
    """By themselves; what was written before is there, and who was master takes no more writes."""
    await redis.set("written", "before")
    assert blocking.get("written") == b"before"
    await redis.wait(1, 2000)
    broken = getattr(sentinels, breaking)()
    await sentinels.failed_over()
    sentinels.start_again()
    await eventually(lambda: _writes(redis))
    await eventually(lambda: _reads(blocking))
    assert await redis.get("written") == b"before"
    assert sentinels.master is not broken
    async with sentinels.client_of(sentinels.master) as master:
        assert await master.get("asked") == await redis.get("asked")


async def _writes(redis: Redis) -> bool:
    try:
        return bool(await redis.incr("asked"))
    except RedisError:
        return False


async def _reads(blocking: BlockingRedis) -> bool:
    try:
        return bool(blocking.get("written") == b"before")
    except RedisError:
        return False
