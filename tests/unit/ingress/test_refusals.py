"""What was turned away is kept beside the answers, and no failure of that ends anything."""

import asyncio

import pytest
from fakeredis import FakeAsyncRedis
from redis.exceptions import ConnectionError as RedisAway
from structlog.testing import capture_logs

from ingress import refusals
from ingress.refusals import Refusals
from shared.keys import Keys
from shared.operating.bots import Refusal

KEYS = Keys("t")


async def test_a_flood_is_written_once_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest of each bot; what comes meanwhile waits for the next time."""
    monkeypatch.setattr(refusals, "EVERY_S", 3600)
    redis = FakeAsyncRedis()
    kept = Refusals(redis, KEYS)
    for status in (404, 401):
        kept.note("ops", status)
    task = asyncio.create_task(kept.run())
    while not await redis.exists(KEYS.refusals):
        await asyncio.sleep(0)
    kept.note("ops", 404)
    for _ in range(50):
        await asyncio.sleep(0)
    task.cancel()
    stored = await redis.hget(KEYS.refusals, "ops")  # type: ignore[misc]
    assert Refusal.model_validate_json(stored).status == 401
    await redis.aclose()


async def test_while_redis_is_away_nothing_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is logged, and the next one is tried."""
    monkeypatch.setattr(refusals, "EVERY_S", 0)
    tried = asyncio.Event()

    async def write(self: Refusals, newest: dict[str, int]) -> None:
        if newest == {"ops": 404}:
            tried.set()
        raise RedisAway

    monkeypatch.setattr(Refusals, "_write", write)
    kept = Refusals(FakeAsyncRedis(), KEYS)
    with capture_logs() as logs:
        task = asyncio.create_task(kept.run())
        kept.note("ops", 401)
        await asyncio.sleep(0.01)
        kept.note("ops", 404)
        await asyncio.wait_for(tried.wait(), 5)
        task.cancel()
    assert logs[0]["event"] == "refusals_not_kept"
