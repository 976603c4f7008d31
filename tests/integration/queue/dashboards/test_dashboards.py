"""What arq's own tools and dashboards see of the queue, and do to it."""

import asyncio
import sys
import time

import pytest
from arq.connections import ArqRedis
from arq.jobs import Job, JobStatus
from redis.asyncio import Redis

from consumer.queue.claim import Claim
from operate.launch.valkey import EmbeddedValkey
from shared.keys import Keys
from shared.redis.wire import from_wire, to_wire
from tests.conftest import eventually
from tests.deliveries import inbound
from tests.integration.queue.conftest import POSTPONED, Bench, Consumer

WORKER_SETTINGS = "tests.integration.queue.dashboards.worker_settings.WorkerSettings"


async def _check(valkey: EmbeddedValkey, keys: Keys) -> tuple[int, str]:
    """What the real `arq --check` says of this queue."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "arq", "--check", WORKER_SETTINGS),
        env={"PATH": "", "REDIS_URL": valkey.url, "QUEUE": keys.queue},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


async def test_arq_s_own_check_is_right(bench: Bench, valkey: EmbeddedValkey) -> None:
    """Good while a consumer lives, with true counters; bad before its start and after its end."""
    go_on = asyncio.Event()

    async def act(consumer: Consumer, claim: Claim) -> str | None:
        if claim.message.message_id == "3":
            await go_on.wait()
        if claim.message.message_id == "2" and claim.starts == 1:
            await consumer.lanes.postpone(claim, delay_s=0, failed=True)
            return POSTPONED
        return None

    assert (await _check(valkey, bench.keys))[0] == 1
    consumer = await bench.start(act)
    await bench.lane(5)
    await consumer.until(lambda: len(consumer.started) == 4)
    expected = b"j_complete=2 j_failed=0 j_retried=1 j_ongoing=1 queued=3"

    async def told() -> bool:
        return expected in (await bench.redis.get(bench.keys.health) or b"")

    await eventually(told)
    code, said = await _check(valkey, bench.keys)
    assert code == 0
    assert expected.decode() in said
    go_on.set()
    await consumer.until_settled(5)
    consumer.service.stop()
    await bench.stopped(consumer)
    assert (await _check(valkey, bench.keys))[0] == 1


async def test_the_health_key_is_there_at_every_look(bench: Bench) -> None:
    """An idle consumer sleeps, its heart beats on: over three leases, no look finds it missing."""
    await bench.start()
    await eventually(lambda: bench.redis.exists(bench.keys.health))
    began = time.monotonic()
    while time.monotonic() - began < 3:
        assert await bench.redis.exists(bench.keys.health)
        await asyncio.sleep(0.05)


async def test_a_running_job_is_queued_for_when_it_began(bench: Bench) -> None:
    """Its score is a time in the past, never the year 2100, and others begin all the same."""
    go_on = asyncio.Event()

    async def act(consumer: Consumer, claim: Claim) -> None:
        await go_on.wait()

    consumer = await bench.start(act, most_turns=3)
    for room in range(1, 5):
        await bench.lane(2, room_id=room, first=10 * room)
        await consumer.until(lambda room=room: len(consumer.started) >= min(room, 3))  # type: ignore[misc]
    for claim in consumer.started:
        job = Job(claim.job_id, _arq(bench.redis), bench.keys.queue, from_wire)
        info = await job.info()
        assert info is not None
        assert info.score == claim.claimed_ms
        assert await job.status() is JobStatus.in_progress
    go_on.set()
    await consumer.until_settled(8)


@pytest.mark.parametrize("ended", [True, False])
async def test_a_foreign_retry_leaves_nothing(bench: Bench, *, ended: bool) -> None:
    """A dashboard brings back a job that has ended, or never was ours: its keys do not stay."""
    consumer = await bench.start()
    await bench.lane(1)
    await consumer.until_settled(1)
    job_id = bench.keys.job_id(inbound(1 if ended else 77))
    await bench.redis.delete(bench.keys.result(job_id))
    arq = _arq(bench.redis)
    assert await arq.enqueue_job("answer", _job_id=job_id, _queue_name=bench.keys.queue)
    await bench.accept(inbound(2))
    await consumer.until_settled(2)

    async def gone() -> bool:
        return not await bench.redis.exists(bench.keys.job(job_id), bench.keys.retry(job_id))

    await eventually(gone)
    assert consumer.settled == ["1", "2"]
    assert await bench.left() == []


async def test_a_running_head_is_not_claimed_again(bench: Bench) -> None:
    """Made due from outside, as arq's `abort()` does with what it takes for deferred."""
    go_on = asyncio.Event()

    async def act(consumer: Consumer, claim: Claim) -> None:
        await go_on.wait()

    consumer = await bench.start(act)
    await bench.accept(inbound(1))
    await consumer.until(lambda: len(consumer.started) == 1)
    job_id = bench.keys.job_id(inbound(1))
    await bench.redis.zadd(bench.keys.queue, {job_id: 1})
    await bench.accept(inbound(2, room_id=3))  # wakes it
    await consumer.until(lambda: len(consumer.started) >= 2)
    assert [claim.message.message_id for claim in consumer.started] == ["1", "2"]
    go_on.set()
    await consumer.until_settled(2)
    assert len(consumer.started) == 2


def _arq(redis: Redis) -> ArqRedis:
    return ArqRedis(redis.connection_pool, job_serializer=to_wire, job_deserializer=from_wire)
