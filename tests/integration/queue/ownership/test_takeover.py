"""Ownership of the queue: one consumer at a time, and nothing of a dead one is lost or doubled."""

import asyncio
import time
from typing import Any

import pytest

from consumer.queue.claim import Claim
from consumer.queue.errors import Fenced
from consumer.queue.ownership.lease import Lease
from consumer.queue.ownership.lock_file import LockFile
from consumer.queue.ownership.membership import Membership
from consumer.turn.skipping import condemned
from shared.catalogue import catalogue
from tests.deliveries import inbound
from tests.integration.queue.conftest import POSTPONED, Bench, Consumer
from tests.integration.queue.doomed import Doomed, die
from tests.membership import join, members
from tests.patience import PATIENCE_S


async def test_a_second_consumer_waits(bench: Bench) -> None:
    """While one owns the queue another starts nothing; when it lets go the other goes on."""
    first = await bench.start(machine="a")
    await bench.lane(1, room_id=1, first=1)
    await first.until_settled(1)
    second = await bench.start(machine="b")
    await bench.lane(3, room_id=1, first=2)
    await first.until_settled(4)
    assert second.started == []
    first.service.stop()
    await bench.lane(2, room_id=1, first=5)
    await second.until_settled(2)
    assert second.settled == ["5", "6"]


async def test_a_dead_owner_on_another_machine_is_followed_when_its_lease_lapses(
    bench: Bench,
) -> None:
    """What it had claimed runs again, in order, and the dead one's writes are refused."""
    await bench.lane(2)
    doomed = Doomed(bench, "a")
    (claim,) = await doomed.claim(5)
    successor = await bench.start(machine="b")
    await successor.until_settled(2)
    assert successor.settled == ["1", "2"]
    for act in (
        doomed.lanes.ledger.record(claim, reply={}),
        doomed.lanes.ledger.record_post(claim, ["7"]),
        doomed.lanes.postpone(claim, delay_s=0, failed=False),
    ):
        with pytest.raises(Fenced):
            await act
    assert not await doomed.lanes.settle(claim, {"outcome": "completed"})


async def test_frozen_before_it_reads_the_answer_it_asks_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim was good when Redis said so, and is another's when the frozen one reads it: else
    it would post what its successor has posted already."""
    await bench.lane(1)
    doomed = Doomed(bench, "a")
    (claim,) = await doomed.claim(5)
    scripts = doomed.lanes._scripts
    real = scripts.run_patiently

    async def freeze(name: str, keys: list[str], arguments: list[Any]) -> Any:
        monkeypatch.setattr(scripts, "run_patiently", real)
        answer = await real(name, keys, arguments)
        successor = await bench.start(machine="b")
        await successor.until_settled(1)
        return answer

    monkeypatch.setattr(scripts, "run_patiently", freeze)
    with pytest.raises(Fenced):
        await doomed.lanes.ledger.record(claim, posting=True)


async def test_a_stale_settle_is_fenced_while_the_successor_runs(bench: Bench) -> None:
    """A woken consumer cannot end the turn that another has begun in the meantime."""
    await bench.lane(1)
    doomed = Doomed(bench, "a")
    (claim,) = await doomed.claim(1)
    let_go = asyncio.Event()

    async def act(consumer: Consumer, claim: Claim) -> None:
        await let_go.wait()

    successor = await bench.start(act, machine="b")
    await successor.until(lambda: bool(successor.started))
    with pytest.raises(Fenced):
        await doomed.lanes.settle(claim, {"outcome": "completed"})
    assert await doomed.lanes.claim(5) == []
    let_go.set()
    await successor.until_settled(1)


async def test_a_lock_file_proves_a_dead_predecessor(bench: Bench) -> None:
    """On one machine the successor need not wait for the lease: the file lock is free."""
    doomed = Doomed(bench, "a")
    await doomed.claim(1)
    await join(bench.redis, bench.keys, doomed.lease.me)  # a long lease
    doomed.lock.close()  # as the kernel does when a process dies
    lock = LockFile(bench.folder / "a" / "lock")
    bench.at_the_end(lock.close)
    member = Membership()
    successor = Lease(bench.redis, bench.keys, member, lease_ms=60_000, lock_file=lock)
    began = time.monotonic()
    await successor.acquire()
    # Asked again and again, it would have been one only when the lease of 60 s had lapsed.
    assert time.monotonic() - began < PATIENCE_S
    assert await members(bench.redis, bench.keys) == [successor.me]


async def test_bystanders_of_a_crash_run_alone_and_live(bench: Bench) -> None:
    """Five crashes of one message beside four innocent ones: only the culprit is condemned."""
    for room in range(5):
        await bench.lane(1, room_id=room, first=room)
    culprit = bench.keys.job_id(inbound(2, room_id=2))
    innocent: list[str] = []
    for _ in range(12):
        doomed = Doomed(bench, "a")
        claims = await doomed.claim(10)
        guilty = [claim for claim in claims if claim.job_id == culprit]
        if guilty and condemned(guilty[0], catalogue("en")):
            break
        if guilty:
            await die(bench, doomed)
            continue
        for claim in claims:
            await doomed.lanes.settle(claim, {"outcome": "completed"})
            innocent.append(claim.message.message_id)
        await doomed.lease.release()
    else:
        pytest.fail("the culprit was never found")
    assert guilty[0].crashes == 3
    assert sorted(innocent + [c.message.message_id for c in claims if c is not guilty[0]]) == [
        "0", "1", "3", "4",
    ]  # fmt: skip
    assert [claim for claim in claims if claim is not guilty[0]] == []


async def test_suspects_run_alone(bench: Bench) -> None:
    """After a crash what ran then runs one by one, with nothing else beside it."""
    for room in range(4):
        await bench.lane(1, room_id=room, first=room)
    await die(bench, doomed := Doomed(bench, "a"), claim=3)
    del doomed
    others: list[str] = []

    async def act(consumer: Consumer, claim: Claim) -> None:
        if claim.crashes:
            others.extend(await consumer.beside(claim))

    successor = await bench.start(act, machine="b")
    await successor.until(lambda: bool(others) or len(successor.settled) == 4)
    assert others == []


async def test_a_claim_whose_answer_was_lost_is_found(bench: Bench) -> None:
    """Marked as running, but nothing runs it: the sweeper sets it going, without a crash."""
    await bench.lane(1)
    consumer = await bench.start()
    await consumer.until_settled(1)
    consumer.worker.allow_pick_jobs = False
    await bench.redis.delete(bench.keys.offers)  # nothing is handed over
    await bench.lane(1, first=2)
    (lost,) = await consumer.lanes.claim(1)  # claimed behind the worker's back
    consumer.worker.allow_pick_jobs = True
    assert (await consumer.repairs.running()).job_ids == {lost.job_id}
    await consumer.repairs.abandon([lost.job_id])
    await consumer.until_settled(2)
    assert consumer.started[-1].crashes == 0


async def test_a_lane_that_nothing_would_wake_is_repaired(bench: Bench) -> None:
    """A head that is neither runnable nor running is set going by the sweep."""
    await bench.lane(2)
    await bench.redis.delete(bench.keys.queue)
    consumer = await bench.start()
    await consumer.until_settled(2)
    assert consumer.settled == ["1", "2"]


async def test_a_drain_uses_up_no_try(bench: Bench) -> None:
    """Ten deploys in a row during one turn: the message runs again, no crash, no failure."""
    await bench.lane(1)

    async def hand_back(consumer: Consumer, claim: Claim) -> str:
        await consumer.lanes.postpone(claim, delay_s=0, failed=False)
        return POSTPONED

    for _ in range(10):
        leaving = await bench.start(hand_back, machine="a")
        await leaving.until(lambda leaving=leaving: bool(leaving.started))  # type: ignore[misc]
        leaving.service.stop()
        await bench.stopped(leaving)
    staying = await bench.start(machine="a")
    await staying.until_settled(1)
    claim = staying.started[0]
    assert (claim.crashes, claim.failures) == (0, 0)
    assert claim.starts > 10


async def test_an_unreadable_message_is_a_dead_letter(bench: Bench) -> None:
    """What another version stored, or somebody tampered with, does not stop its lane."""
    await bench.lane(2)
    job_id = bench.keys.job_id(inbound(1))
    await bench.redis.hset(bench.keys.message(job_id), "body", "{}")  # type: ignore[misc]
    consumer = await bench.start()
    await consumer.until_settled(1)
    assert consumer.settled == ["2"]
    assert await bench.redis.zscore(bench.keys.dead_letters, job_id) is not None


async def test_redis_may_forget_the_scripts(bench: Bench) -> None:
    """NOSCRIPT after a restart of Redis is survived by loading them again."""
    consumer = await bench.start()
    await bench.lane(1)
    await consumer.until_settled(1)
    await bench.redis.script_flush()
    await bench.lane(1, first=2)
    await consumer.until_settled(2)
