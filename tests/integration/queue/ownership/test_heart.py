"""The heart: it beats while the loop turns, lets the lease lapse when it does not, and tells."""

import asyncio
import subprocess
import sys
import time

import pytest
from redis.asyncio import Redis

from consumer.queue.errors import LeaseLost
from consumer.queue.ownership.heartbeat import Heart
from consumer.queue.ownership.membership import Membership
from operate.launch.valkey import EmbeddedValkey
from shared.keys import Keys
from shared.startup.process import EXIT_FAILED
from tests.conftest import eventually
from tests.membership import members
from tests.patience import PATIENCE_S

STUCK = """
import asyncio, sys, time
from consumer.queue.ownership.heartbeat import Heart
from consumer.queue.ownership.membership import Membership
from shared.keys import Keys
from tests.membership import members
async def main():
    heart = Heart(sys.argv[1], Keys(sys.argv[2]), Membership(), lease_ms=300, stuck_after_s=0.5,
                  state=lambda: "{}", tally=lambda: "")
    heart.start()
    await asyncio.sleep(0.3)
    time.sleep(30)
asyncio.run(main())
"""


def _heart(valkey: EmbeddedValkey, keys: Keys, member: Membership | None = None) -> Heart:
    return Heart(
        valkey.url,
        keys,
        member or Membership(),
        lease_ms=300,
        stuck_after_s=30,
        state=lambda: '{"running": 0}',
        tally=lambda: "j_ongoing=1",
    )


async def test_it_renews_the_lease_and_the_running_jobs(
    valkey: EmbeddedValkey, redis: Redis, keys: Keys
) -> None:
    """Long after one lease's length the lease, the marks and the sign of life are there."""
    member = Membership()
    for job, by in (("job", member.me), ("job2", "another:1")):
        await redis.sadd(keys.running, job)  # type: ignore[misc]
        await redis.hset(keys.message(job), "by", by)  # type: ignore[misc]
    heart = _heart(valkey, keys, member)
    heart.start()
    try:
        began = time.monotonic()
        while time.monotonic() - began < 0.9:
            await asyncio.sleep(0.02)
        assert await members(redis, keys) == [member.me]
        assert await redis.get(keys.in_progress("job")) == member.me.encode()
        assert not await redis.exists(keys.in_progress("job2"))
        assert await redis.get(keys.heartbeat) == b'{"running": 0}'
        assert await redis.get(keys.health) == b"j_ongoing=1 queued=0"
    finally:
        heart.stop()


async def test_a_stuck_loop_loses_the_lease(
    valkey: EmbeddedValkey, redis: Redis, keys: Keys
) -> None:
    """While the loop stands still nothing is renewed: another may take over."""
    heart = _heart(valkey, keys)
    heart.start()
    try:
        await eventually(lambda: redis.exists(keys.lease))
        time.sleep(0.9)  # noqa: ASYNC251 - the loop is blocked on purpose
        assert not await redis.exists(keys.lease)
        await eventually(lambda: redis.exists(keys.lease))
    finally:
        heart.stop()


async def test_a_lost_lease_is_told(valkey: EmbeddedValkey, redis: Redis, keys: Keys) -> None:
    """Another owner in Redis: the watch raises, and the lease stays the other's."""
    await redis.set(keys.lease, "another", px=10_000)
    heart = _heart(valkey, keys)
    heart.start()
    try:
        with pytest.raises(LeaseLost):
            async with asyncio.timeout(PATIENCE_S):
                await heart.watch()
        assert await redis.get(keys.lease) == b"another"
    finally:
        heart.stop()


async def test_stopping_twice_or_unstarted_is_harmless(valkey: EmbeddedValkey, keys: Keys) -> None:
    """stop() bears every order of calls."""
    _heart(valkey, keys).stop()
    heart = _heart(valkey, keys)
    heart.start()
    heart.stop()
    heart.stop()


def test_a_loop_that_stays_stuck_ends_the_process(valkey: EmbeddedValkey, keys: Keys) -> None:
    """After STUCK_AFTER_SECONDS the process says so and ends non-zero for its supervisor."""
    run = subprocess.run(
        [sys.executable, "-c", STUCK, valkey.url, keys.prefix],
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert run.returncode == EXIT_FAILED
    assert "event_loop_stuck" in run.stdout
