"""The ingress tells the consumer that it takes deliveries again."""

import asyncio
import json
from pathlib import Path

import pytest
from redis.asyncio import Redis

from ingress import announcement
from ingress.announcement import announce
from operate.launch.valkey import EmbeddedValkey
from shared.keys import Keys
from shared.redis.client import redis_client
from tests.patience import PATIENCE_S


async def test_it_is_said_once_however_often_the_ingress_starts(redis: Redis, keys: Keys) -> None:
    """Behind what others said; a list that nobody hears does not grow."""
    await redis.rpush(keys.commands, "another word")  # type: ignore[misc]
    for _ in range(3):
        await announce(redis, keys)
    words = await redis.lrange(keys.commands, 0, -1)  # type: ignore[misc]
    assert words == [b"another word", json.dumps({"catch_up": "ingress"}).encode()]


async def test_it_is_said_when_redis_is_back(
    keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis is away when the ingress starts: it says it as soon as somebody can hear it."""
    monkeypatch.setattr(announcement, "AGAIN_S", 0.05)
    with EmbeddedValkey(tmp_path / "own") as server:
        client = redis_client(server.url)
        server.kill()
        saying = asyncio.create_task(announce(client, keys))
        await asyncio.wait([saying], timeout=0.3)
        assert not saying.done()
        server.restart()
        async with asyncio.timeout(PATIENCE_S):
            await saying
        assert await client.llen(keys.commands) == 1  # type: ignore[misc]
        await client.aclose()
