"""Redis is away for longer than a lease: whoever still works was found dead by nobody."""

import asyncio

from redis.asyncio import Redis

from consumer.queue.ownership.heartbeat import Heart
from shared.keys import Keys
from tests.deliveries import inbound
from tests.integration.queue.conftest import Bench
from tests.integration.queue.test_homes import Join, Member, join

__all__ = ["join"]
LEASE_MS = 60_000


async def test_who_beats_first_after_an_outage_finds_none_of_the_others_dead(
    bench: Bench, join: Join
) -> None:
    """Their turns are no crashes, they are members still, and nobody claims what is theirs."""
    a, b, c = await join("a"), await join("b"), await join("c")
    await bench.lane(2)
    assert await b.claims() == ["1"]
    await _all_lapse(bench.redis, bench.keys)
    assert await beats(bench, a)
    assert await a.repairs.reclaim() == []
    assert await a.claims() == await c.claims() == []
    assert await beats(bench, b)
    assert (await b.repairs.running()).job_ids == {bench.keys.job_id(inbound(1))}


async def test_who_died_meanwhile_is_found_dead_a_lease_later(bench: Bench, join: Join) -> None:
    """And one that lapses while others beat is, at once."""
    a, b = await join("a"), await join("b")
    await bench.lane(1)
    assert await b.claims() == ["1"]
    await _all_lapse(bench.redis, bench.keys)
    assert await beats(bench, a)
    await b.lapse()
    assert await beats(bench, a)
    assert len(await a.repairs.reclaim()) == 1
    assert not await beats(bench, b)


async def _all_lapse(redis: Redis, keys: Keys) -> None:
    for me in await redis.zrange(keys.members, 0, -1):
        await redis.zadd(keys.members, {me: 1})


async def beats(bench: Bench, member: Member) -> bool:
    """Whether it is a member, as its heart hears."""
    heart = Heart(
        bench.url,
        bench.keys,
        member.member,
        lease_ms=LEASE_MS,
        stuck_after_s=30,
        state=lambda: "{}",
        tally=lambda: "",
    )
    try:
        return bool(await asyncio.to_thread(heart._renew, heart._names, heart._arguments()))
    finally:
        heart.stop()
