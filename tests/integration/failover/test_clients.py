"""Every kind of client finds the master that the sentinels name, also the next one."""

import pytest
from redis import Redis as BlockingRedis
from redis.asyncio import Redis
from redis.exceptions import RedisError

from operate.launch.checks import check_redis
from operate.launch.environment import LaunchError
from shared.redis.client import redis_client
from shared.redis.master_pool import NoSentinelAnswers, UnknownMaster
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


async def test_what_is_wrong_is_told_in_a_sentence(sentinels: SentinelSet) -> None:
    """A name they do not know, a password they do not take, none of them there."""
    check_redis(sentinels.url)
    unknown = sentinels.url.replace("/mymaster", "/another")
    with pytest.raises(LaunchError) as told:
        check_redis(unknown)
    assert str(told.value) == (
        "REDIS_URL: the sentinels know no master called another; they know: mymaster."
    )
    with pytest.raises(LaunchError, match=r"^REDIS_URL: the sentinels want a password") as told:
        check_redis(sentinels.url.replace("hush1", "wrong"))
    assert "hush0" not in str(told.value)
    with pytest.raises(LaunchError, match=r"^REDIS_URL: .*/mymaster does not answer") as told:
        check_redis(sentinels.url.replace("hush0", "wrong"))
    assert "wrong" not in str(told.value)
    for url, expected in ((unknown, UnknownMaster), (_nobody(), NoSentinelAnswers)):
        async with redis_client(url) as redis:
            with pytest.raises(expected):
                await redis.ping()
    with pytest.raises(LaunchError, match=r"none of the sentinels at 127.0.0.1:1 answers"):
        check_redis(_nobody())


def _nobody() -> str:
    return "redis+sentinel://me:hush0@127.0.0.1:1/mymaster"
