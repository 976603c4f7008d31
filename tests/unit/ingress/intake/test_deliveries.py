"""What came and what was turned away is noted beside the answers; no failure ends anything."""

import asyncio
import time
from typing import Any

import pytest
from fakeredis import FakeAsyncRedis
from redis.exceptions import ConnectionError as RedisAway
from structlog.testing import capture_logs

from ingress.intake import deliveries
from ingress.intake.deliveries import Deliveries
from shared.keys import Keys
from shared.operating.bots import Refusal
from shared.operating.reading.days import KEPT_S, day_of, utc_day
from shared.operating.reading.signs import signs

KEYS = Keys("t")


async def test_a_flood_is_written_once_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest of each bot; what comes meanwhile waits for the next time."""
    monkeypatch.setattr(deliveries, "EVERY_S", 3600)
    redis = FakeAsyncRedis()
    kept = Deliveries(redis, KEYS)
    for status in (404, 401):
        kept.refused("ops", status, 1)
    task = asyncio.create_task(kept.run())
    while not await redis.exists(KEYS.refusals):
        await asyncio.sleep(0)
    kept.refused("ops", 404, 2)
    for _ in range(50):
        await asyncio.sleep(0)
    task.cancel()
    stored = await redis.hget(KEYS.refusals, "ops")  # type: ignore[misc]
    assert Refusal.model_validate_json(stored).status == 401
    await redis.aclose()


async def test_what_was_not_taken_is_counted_by_day_and_bot() -> None:
    """So that a loop of bots shows to the operator; the counts go with the day's."""
    redis = FakeAsyncRedis()
    kept = Deliveries(redis, KEYS)
    for why in ("looping", "looping", "full"):
        kept.not_taken("ops", why)
    task = asyncio.create_task(kept.run())
    today = utc_day(time.time_ns() // 1_000_000)
    while not await redis.exists(KEYS.day(today)):
        await asyncio.sleep(0)
    task.cancel()
    of_all, of_each = await day_of(redis, KEYS, today)
    assert of_all.turned_away == {"looping": 2, "full": 1}
    assert [(day.bot_id, day.outcomes) for day in of_each] == [("ops", {})]
    assert 0 < await redis.ttl(KEYS.day(today)) <= KEPT_S
    await redis.aclose()


async def test_while_redis_is_away_nothing_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is logged, and the next one is tried."""
    monkeypatch.setattr(deliveries, "EVERY_S", 0)
    tried = asyncio.Event()

    async def write(
        self: Deliveries, taken: object, newest: dict[str, Refusal], counts: object
    ) -> None:
        del taken, counts
        if newest["ops"].status == 404:
            tried.set()
        raise RedisAway

    monkeypatch.setattr(Deliveries, "_write", write)
    kept = Deliveries(FakeAsyncRedis(), KEYS)
    with capture_logs() as logs:
        task = asyncio.create_task(kept.run())
        kept.refused("ops", 401, 1)
        await asyncio.sleep(0.01)
        kept.refused("ops", 404, 2)
        await asyncio.wait_for(tried.wait(), 5)
        task.cancel()
    assert [line["event"] for line in logs] == ["deliveries_not_noted"]


async def test_when_campfire_called_last_outlives_an_outage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was not written is with the next time, unless something newer came."""
    monkeypatch.setattr(deliveries, "EVERY_S", 0)
    redis = FakeAsyncRedis()
    kept, write = Deliveries(redis, KEYS), Deliveries._write
    failed: list[object] = []

    async def at_first_not(self: Deliveries, *what: Any) -> None:
        if not failed:
            failed.append(what)
            kept.came("ops", 7)
            raise RedisAway
        await write(self, *what)

    monkeypatch.setattr(Deliveries, "_write", at_first_not)
    kept.came("ops", 5)
    kept.came("assistant", 6)
    task = asyncio.create_task(kept.run())
    while not await redis.exists(KEYS.deliveries):
        await asyncio.sleep(0)
    task.cancel()
    stored = await redis.hgetall(KEYS.deliveries)  # type: ignore[misc]
    assert stored == {b"ops": b"7", b"assistant": b"6"}
    await redis.aclose()


async def test_a_refusal_is_of_when_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not of when it is written: a good delivery that came after it would look turned away."""
    monkeypatch.setattr(deliveries, "EVERY_S", 3600)
    redis = FakeAsyncRedis()
    kept = Deliveries(redis, KEYS)
    kept.refused("ops", 404, 5)
    kept.came("ops", 6)
    task = asyncio.create_task(kept.run())
    while not await redis.exists(KEYS.refusals):
        await asyncio.sleep(0)
    task.cancel()
    refused = await redis.hget(KEYS.refusals, "ops")  # type: ignore[misc]
    refusal = Refusal.model_validate_json(refused)
    taken = {
        bot.decode(): int(at)
        for bot, at in (await redis.hgetall(KEYS.deliveries)).items()  # type: ignore[misc]
    }
    sign = next(signs(None, None, taken, {"ops": refusal}, {}))
    assert (sign.part, sign.ok, sign.since_ms) == ("deliveries", True, 6)
    await redis.aclose()


async def test_the_last_second_is_written_when_the_process_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each deploy under traffic would lose it."""
    monkeypatch.setattr(deliveries, "EVERY_S", 3600)
    redis = FakeAsyncRedis()
    kept = Deliveries(redis, KEYS)
    kept.came("ops", 6)
    task = asyncio.create_task(kept.run())
    while not await redis.exists(KEYS.deliveries):
        await asyncio.sleep(0)
    kept.came("assistant", 7)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await redis.hget(KEYS.deliveries, "assistant") == b"7"  # type: ignore[misc]
    await redis.aclose()
