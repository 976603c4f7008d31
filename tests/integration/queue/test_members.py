"""Several consumers on one queue: they work side by side, and one that dies is followed."""

import asyncio
import threading
from functools import partial

import pytest
from structlog.testing import capture_logs

from consumer.queue.claim import Claim
from consumer.queue.errors import Fenced
from consumer.queue.ownership.heartbeat import Heart
from consumer.queue.repairing.repairs import Repairs
from consumer.queue.repairing.sweeper import Sweeper
from shared.between_processes.commands import Cancel, Drain, read, send
from tests.integration.queue.conftest import Bench, Consumer
from tests.integration.queue.doomed import Doomed
from tests.membership import leave_all, members


async def test_two_members_share_the_queue(bench: Bench) -> None:
    """Each has room for one turn: two lanes are answered at once, and no message twice."""
    both = asyncio.Barrier(2)

    async def meet(consumer: Consumer, claim: Claim) -> None:
        await both.wait()

    a = await bench.start(meet, machine="a", name="a", shared=True, most_turns=1)
    b = await bench.start(meet, machine="b", name="b", shared=True, most_turns=1)
    for room in (1, 2):
        await bench.lane(1, room_id=room, first=room)
    await a.until_settled(1)
    await b.until_settled(1)
    assert sorted(a.settled + b.settled) == ["1", "2"]
    assert len(await members(bench.redis, bench.keys)) == 2


async def test_what_a_dead_member_ran_is_taken_over_by_one_that_lives(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a start of anybody, the moment its lease has lapsed, whenever the next sweep is; the
    dead one's writes are refused."""
    monkeypatch.setattr("consumer.service.service.Sweeper", partial(Sweeper, every_s=600))
    doomed = Doomed(bench, "a", "a")
    await bench.lane(2)
    (claim,) = await doomed.claim(5)
    other = await bench.start(machine="b", name="b", shared=True)
    await other.until_settled(2)
    assert (other.settled, other.started[0].crashes) == (["1", "2"], 1)
    with pytest.raises(Fenced):
        await doomed.lanes.ledger.record(claim, reply={})
    assert await members(bench.redis, bench.keys) == [other.lease.me]


async def test_what_others_run_is_no_crash(bench: Bench) -> None:
    """A member that joins, and each sweep, leave alone what a living one runs."""
    await bench.lane(1)
    working, joining = Doomed(bench, "a", "a"), Doomed(bench, "b", "b")
    (claim,) = await working.claim(5)
    assert await joining.claim(5) == []
    repairs = Repairs(bench.redis, bench.keys, joining.lease.me, lease_ms=60_000)
    assert await repairs.reclaim() == []
    assert (await repairs.running()).job_ids == set()
    await repairs.abandon([claim.job_id])
    await working.lanes.settle(claim, {"outcome": "completed"})


async def test_a_crash_is_a_members_own(bench: Bench) -> None:
    """What ran alone there is guilty of it, whatever ran elsewhere."""
    for room in range(3):
        await bench.lane(1, room_id=room, first=room)
    one, two, judge = (Doomed(bench, name, name) for name in "abc")
    (alone,) = await one.claim(1)
    await two.claim(2)
    await bench.redis.zadd(bench.keys.members, {one.lease.me: 1, two.lease.me: 1})
    await judge.lease.acquire()
    assert (
        len(await Repairs(bench.redis, bench.keys, judge.lease.me, lease_ms=60_000).reclaim()) == 3
    )
    read = [await bench.redis.hget(bench.keys.message(alone.job_id), "alone")]  # type: ignore[misc]
    assert read == [b"1"]


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (("a", True), ("a", True), "of this name"),
        (("a", False), ("b", True), "SESSION_STORE=redis"),
        (("a", True), ("b", False), "SESSION_STORE=redis"),
    ],
)
async def test_one_that_cannot_work_beside_another_stands_by(
    bench: Bench, first: tuple[str, bool], second: tuple[str, bool], why: str
) -> None:
    """Of the same name, or with sessions on disk: it says what to do, and follows at the end."""
    with capture_logs() as logs:
        one = await bench.start(machine="a", name=first[0], shared=first[1])
        await bench.lane(1)
        await one.until_settled(1)
        two = await bench.start(machine="b", name=second[0], shared=second[1])
        await bench.lane(1, first=2)
        await one.until_settled(2)
        one.service.stop()
        await bench.stopped(one)
        await bench.lane(1, first=3)
        await two.until_settled(1)
    assert [why in log["why"] for log in logs if log["event"] == "lease_waiting"] == [True]


async def test_an_older_releases_consumer_and_ours_never_work_at_once(bench: Bench) -> None:
    """It stands by while any member lives, by the one key that it knows; and we while it does."""
    await bench.redis.set(bench.keys.lease, "older", px=400)
    ours = await bench.start(name="a", shared=True)
    await bench.lane(1)
    await ours.until_settled(1)
    assert await bench.redis.get(bench.keys.lease) == b"members"
    ours.service.stop()
    await bench.stopped(ours)
    assert not await bench.redis.exists(bench.keys.lease)


async def test_no_two_tokens_are_alike(bench: Bench) -> None:
    """Not even when Redis lost the count of claims, as a failover may."""
    member, tokens = Doomed(bench, "a", "a"), set[str]()
    await bench.lane(1)
    for _ in range(5):
        (claim,) = await member.claim(1)
        tokens.add(claim.token)
        await member.lanes.postpone(claim, delay_s=0, failed=False)
        await bench.redis.delete(bench.keys.token)
    assert len(tokens) == 5


async def test_who_comes_drains_for_nobody_before_it(bench: Bench) -> None:
    """Its name's last process was asked to, and was killed before it heard of it; or nobody lived.
    What else was asked is heard."""
    gone, keys = Doomed(bench, "a", "a"), bench.keys
    await gone.lease.acquire()
    asked = [Drain(asked_by="command"), Cancel(job_id="one")]
    for command in asked:
        await send(bench.redis, keys, command)
    await leave_all(bench.redis, keys)
    for command in asked:
        await send(bench.redis, keys, command)
    await Doomed(bench, "b", "a").lease.acquire()
    for name in (keys.commands_of("a"), keys.commands):
        heard: list[bytes] = await bench.redis.lrange(name, 0, -1)  # type: ignore[misc]
        assert [read(wire) for wire in heard] == [Cancel(job_id="one")]


async def test_who_begins_knows_whether_it_is_the_first(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long its first beat takes: what looks once at its start would look for nobody."""
    begun, seen, beat = threading.Event(), list[bool](), Heart._beat_once

    def beat_late(heart: Heart) -> None:
        begun.wait(1)
        beat(heart)

    async def look(consumer: Consumer, claim: Claim) -> None:
        seen.append(consumer.member.is_first)
        begun.set()

    monkeypatch.setattr(Heart, "_beat_once", beat_late)
    await bench.lane(1)
    await (await bench.start(look, name="a", shared=True, lease_ms=60_000)).until_settled(1)
    assert seen == [True]
