"""Whoever settles a message is told whether the next of its lane is due here."""

from consumer.queue.claim import Claim
from consumer.queue.ownership.membership import ONLY
from tests.integration.queue.conftest import Bench
from tests.integration.queue.doomed import Doomed
from tests.integration.queue.test_homes import Join, Member, join

__all__ = ["join"]


async def test_what_goes_on_where_it_ended_is_told_there(bench: Bench, join: Join) -> None:
    """With the answer of its settling: no word goes to Redis and back. Where its lane's home is
    another, or who settles has lapsed, it is whoever may claim next that is woken."""
    a, b = await join("a"), await join("b")
    heard = list[str]()
    a.lanes.on_next = lambda: heard.append("a")
    await bench.lane(4)
    await b.claims(want=0)
    await _ended(a)
    assert (heard, await a.is_woken(), await b.is_woken()) == (["a"], False, False)
    claims = await a.lanes.claim(1)
    await bench.redis.hset(bench.keys.homes, "2:assistant", "b")  # type: ignore[misc]
    await _settled(a, claims)
    assert (heard, await a.is_woken(), await b.is_woken()) == (["a"], False, True)
    await bench.redis.hset(bench.keys.homes, "2:assistant", "a")  # type: ignore[misc]
    claims = await a.lanes.claim(1)
    await b.claims(want=1)
    await a.lapse()
    await _settled(a, claims)
    assert (heard, await b.is_woken()) == (["a"], True)


async def test_one_that_is_alone_goes_on_unwoken(bench: Bench) -> None:
    """Also where lanes have no homes; the last of a lane is followed by nothing."""
    alone = Doomed(bench, "here")
    alone.lease._lease_ms = 60_000
    await bench.lane(2)
    heard = list[int]()
    alone.lanes.on_next = lambda: heard.append(1)
    for told in (1, 1):
        await _settled(alone, await alone.claim(1))
        assert len(heard) == told
    assert not await bench.redis.exists(bench.keys.wake_of(ONLY))


async def _ended(member: Member) -> None:
    claims = await member.lanes.claim(1)
    await member.is_woken()
    await _settled(member, claims)


async def _settled(member: Doomed, claims: list[Claim]) -> None:
    (claim,) = claims
    await member.lanes.settle(claim, {"outcome": "completed"})
