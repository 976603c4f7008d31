"""The consumer's parts: one that stops ends the whole, and says which."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from consumer.queue.errors import LeaseLost
from consumer.queue.ownership.heartbeat import BEATS_A_LEASE
from operate.launch.valkey import EmbeddedValkey
from shared.keys import Keys
from shared.keys.format_1 import Format1
from shared.redis.client import redis_client
from tests.conftest import eventually
from tests.integration.queue.conftest import LEASE_MS, Bench, Consumer
from tests.membership import members


class Broken(UnicodeEncodeError):
    """A part's bug, over something that no log may hold."""

    def __init__(self) -> None:
        super().__init__("ascii", "the secret …", 11, 12, "not in range")


@pytest.mark.parametrize("part", ["worker", "wakeup", "sweeper"])
async def test_a_part_that_dies_ends_the_consumer(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """The poll loop, the listener or the sweeper with a bug: run() raises it, and names it."""

    async def die(*_: object) -> None:
        raise Broken

    where = {
        "worker": "consumer.queue.worker.LaneWorker.main",
        "wakeup": "consumer.queue.wakeup.WakeUp.listen",
        "sweeper": "consumer.queue.repairing.sweeper.Sweeper.run",
    }
    monkeypatch.setattr(where[part], die)
    with capture_logs() as logs:
        consumer = await bench.start()
        with pytest.raises(Broken):
            await bench.stopped(consumer)
    assert [log["part"] for log in logs if log["event"] == "part_stopped"] == [part]
    assert "secret" not in repr([log for log in logs if log["event"] == "part_stopped"])


async def test_a_lost_lease_ends_the_consumer(bench: Bench) -> None:
    """Another owner in Redis: it stops at once, and its claim is no longer worth anything."""
    consumer = await bench.start()
    await eventually(lambda: bench.redis.exists(bench.keys.heartbeat))
    await bench.redis.set(bench.keys.lease, "another", px=60_000)
    with pytest.raises(LeaseLost):
        await bench.stopped(consumer)


async def test_what_is_held_of_the_lanes_is_let_go_before_the_lease(bench: Bench) -> None:
    """A successor must not resume a conversation that our sessions still write to."""
    owners = []

    async def close() -> None:
        owners.extend(await members(bench.redis, bench.keys))

    consumer = await bench.start(close=close)
    await bench.lane(1)
    await consumer.until_settled(1)
    consumer.service.stop()
    await bench.stopped(consumer)
    assert owners == [consumer.lease.me]
    assert not await bench.redis.exists(bench.keys.lease, bench.keys.members)


async def test_a_close_that_fails_gives_the_lease_up_all_the_same(bench: Bench) -> None:
    """The successor need not wait until it lapses; the failure is told."""

    async def close() -> None:
        raise Broken

    consumer = await bench.start(close=close)
    await bench.lane(1)
    await consumer.until_settled(1)
    consumer.service.stop()
    with pytest.raises(Broken):
        await bench.stopped(consumer)
    assert not await bench.redis.exists(bench.keys.lease, bench.keys.members)


async def test_stopped_before_it_is_ready_its_heart_stops_too(bench: Bench) -> None:
    """It owns the queue while it waits for an older release's: then it lets go, and stays away."""
    old = Format1(bench.keys.prefix)
    await bench.redis.set(old.lease, "older")
    await bench.redis.sadd(old.signs[0], "2:assistant")  # type: ignore[misc]
    consumer = await bench.start()
    await eventually(lambda: bench.redis.exists(bench.keys.heartbeat))
    consumer.service.stop()
    await bench.stopped(consumer)
    beats = LEASE_MS / 1000 / BEATS_A_LEASE
    await asyncio.sleep(3 * beats)
    assert not await bench.redis.exists(bench.keys.lease, bench.keys.heartbeat)


async def test_it_outlives_an_outage_of_redis(tmp_path: Path, keys: Keys) -> None:
    """Killed in the middle and back after a second: the consumer goes on by itself."""
    with EmbeddedValkey(tmp_path / "valkey", appendfsync="always") as valkey:
        redis: Redis = redis_client(valkey.url)
        bench = Bench(valkey.url, keys, redis, tmp_path)
        consumer = await bench.start(lease_ms=5000)
        await bench.lane(3)
        await consumer.until_settled(3)
        valkey.kill()
        await asyncio.sleep(1)  # an outage has a length
        valkey.start()
        await bench.lane(3, first=4)
        await consumer.until_settled(6)
        assert consumer.settled == [str(n) for n in range(1, 7)]
        await bench.close()
        await redis.aclose()


async def test_it_starts_before_redis_does(tmp_path: Path, keys: Keys) -> None:
    """Absent at start: it waits with backoff, and begins when Redis appears."""
    valkey = EmbeddedValkey(tmp_path / "valkey")
    valkey.start()
    valkey.stop()
    redis = redis_client(valkey.url)
    bench = Bench(valkey.url, keys, redis, tmp_path)
    with capture_logs() as logs:
        consumer: Consumer = await bench.start()

        async def waiting() -> bool:
            return any(log["event"] == "redis_unavailable" for log in logs)

        await eventually(waiting)
    with valkey:
        await bench.lane(2)
        await consumer.until_settled(2)
        await bench.close()
    await redis.aclose()


async def test_stopping_while_waiting_for_the_lease(bench: Bench) -> None:
    """A standby that is told to stop does, without ever having owned anything."""
    owner = await bench.start(machine="a")
    await bench.lane(1)
    await owner.until_settled(1)
    standby = await bench.start(machine="b")
    standby.service.stop()
    await bench.stopped(standby)
    assert standby.started == []
