"""A master, a replica and three sentinels, for one test alone, and our clients of them."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis import Redis as BlockingRedis
from redis.asyncio import Redis

from shared.redis.client import blocking_client, redis_client
from tests.sentinels import SentinelSet


@pytest.fixture
def sentinels(tmp_path: Path) -> Iterator[SentinelSet]:
    """Up, and known to each other."""
    with SentinelSet(tmp_path / "set", password="hush0", sentinel_password="hush1") as running:
        yield running


@pytest.fixture
async def redis(sentinels: SentinelSet) -> AsyncIterator[Redis]:
    """The client of a loop."""
    async with redis_client(sentinels.url) as client:
        yield client


@pytest.fixture
def blocking(sentinels: SentinelSet) -> Iterator[BlockingRedis]:
    """The client of a thread."""
    with blocking_client(sentinels.url, timeout_s=2) as client:
        yield client
