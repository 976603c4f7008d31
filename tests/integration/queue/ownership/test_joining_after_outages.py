"""One joins just as Redis comes back: whoever could only not beat meanwhile is not dead."""

import asyncio
import os
import signal
from pathlib import Path

from consumer.queue.repairing.repairs import Repairs
from operate.launch.valkey import EmbeddedValkey
from shared.keys import Keys
from shared.redis.client import redis_client
from tests.integration.queue.conftest import Bench
from tests.integration.queue.doomed import Doomed
from tests.integration.queue.ownership.test_outages_of_members import beats
from tests.integration.queue.test_homes import Join, Member, join

__all__ = ["join"]


async def test_who_joins_after_an_outage_finds_nobody_dead(tmp_path: Path) -> None:
    """Redis stood still for longer than a lease: what others run is no crash, their lanes are
    theirs, and who beats no more is found dead half a lease later."""
    with EmbeddedValkey(tmp_path / "valkey") as valkey:
        redis = redis_client(valkey.url, socket_timeout_s=60)
        bench = Bench(valkey.url, Keys("outage"), redis, tmp_path)
        a, late = Doomed(bench, "a", "a"), Doomed(bench, "late", "late")
        await bench.lane(2)
        assert len(await a.claim(1)) == 1
        await _stands_still(valkey, seconds=1.5)
        await late.lease.acquire()
        repairs = Repairs(redis, bench.keys, late.lease.me, lease_ms=1000)
        assert await repairs.reclaim() == []
        assert await late.lanes.claim(1) == []
        assert a.lease.me.encode() in await redis.zrange(bench.keys.members, 0, -1)
        async with asyncio.timeout(60):
            while not await repairs.reclaim():
                await late.lease.acquire()
        await bench.close()
        await redis.aclose()


async def test_one_of_the_name_of_somebody_that_may_live_waits(bench: Bench, join: Join) -> None:
    """For half a lease, and no longer: then whoever lived has beaten."""
    a = await join("a")
    await _silence(bench, a)
    second = Member(bench, "a")
    second.lease._lease_ms = 60_000
    owner, why, left_ms = await second.lease._try("") or (b"", b"", 0)
    assert (owner.decode(), why) == (a.member.me, b"name")
    assert 0 < left_ms <= 30_000
    await a.lapse()
    assert await second.lease._try("") is None


async def test_a_predecessor_proven_dead_is_followed_at_once_after_an_outage_too(
    bench: Bench, join: Join
) -> None:
    """The lock file says that it does not live."""
    a = await join("a")
    await _silence(bench, a)
    second = Member(bench, "a")
    assert await second.lease._try(a.member.me) is None


async def test_a_member_that_hears_first_buries_none_before_its_own_heart_beats(
    bench: Bench, join: Join
) -> None:
    """Its own lease may last a moment longer than the outage, another's not."""
    a, b = await join("a"), await join("b")
    await bench.lane(1)
    assert await b.claims() == ["1"]
    await _silence(bench, b)
    assert await a.repairs.reclaim() == []
    assert await beats(bench, a)
    assert await a.repairs.reclaim() == []
    assert await beats(bench, b)


async def _silence(bench: Bench, lapsed: Member) -> None:
    """As after 40 of a lease's 60 seconds without Redis, in which one has lapsed."""
    seconds, micros = await bench.redis.time()
    now = seconds * 1000 + micros // 1000
    await bench.redis.set(bench.keys.heard, now - 40_000)
    await bench.redis.zadd(bench.keys.members, {lapsed.member.me: now - 10_000})


async def _stands_still(valkey: EmbeddedValkey, seconds: float) -> None:
    """Stopped by a signal, as on a machine that swaps or is moved; leases go on to lapse."""
    pid = valkey.pid or 0
    os.kill(pid, signal.SIGSTOP)
    await asyncio.sleep(seconds)
    os.kill(pid, signal.SIGCONT)
