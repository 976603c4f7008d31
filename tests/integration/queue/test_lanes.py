"""Order and exclusion in a lane, and what a settled message leaves behind."""

import asyncio
import time
from collections import Counter

import pytest
from arq.jobs import Job, JobStatus

from consumer.queue.claim import Claim
from shared.redis.wire import from_wire
from tests.deliveries import inbound
from tests.integration.queue.conftest import POSTPONED, Bench, Consumer


async def test_a_lane_runs_in_order_one_at_a_time(bench: Bench) -> None:
    """Fifty messages in one lane run in the order of acceptance, never two at once."""
    running: Counter[int] = Counter()
    most: Counter[int] = Counter()

    async def act(consumer: Consumer, claim: Claim) -> None:
        room = claim.message.room_id
        running[room] += 1
        most[room] = max(most[room], running[room])
        await asyncio.sleep(0)
        running[room] -= 1

    await bench.lane(50)
    consumer = await bench.start(act)
    await consumer.until_settled(50)
    assert consumer.settled == [str(n) for n in range(1, 51)]
    assert most == {2: 1}


async def test_lanes_run_side_by_side(bench: Bench) -> None:
    """A lane that stands still holds nobody up."""
    let_go = asyncio.Event()

    async def act(consumer: Consumer, claim: Claim) -> None:
        if claim.message.room_id == 1:
            await let_go.wait()

    consumer = await bench.start(act)
    await bench.lane(3, room_id=1)
    await bench.lane(3, room_id=2, first=10)
    await consumer.until_settled(3)
    assert consumer.settled == ["10", "11", "12"]
    let_go.set()
    await consumer.until_settled(6)
    assert consumer.settled[3:] == ["1", "2", "3"]


async def test_at_most_so_many_turns_at_once(bench: Bench) -> None:
    """MAX_TURNS_AT_ONCE bounds the lanes that run; the rest follow as slots come free."""
    most = 0
    let_go = asyncio.Event()

    async def act(consumer: Consumer, claim: Claim) -> None:
        nonlocal most
        most = max(most, consumer.worker.busy)
        if len(consumer.started) == 2:
            let_go.set()
        await let_go.wait()

    for room in range(12):
        await bench.lane(1, room_id=room, first=100 + room)
    consumer = await bench.start(act, most_turns=2)
    await consumer.until_settled(12)
    assert most == 2


async def test_the_lane_that_waited_longest_goes_next(bench: Bench) -> None:
    """One slot, three lanes with three messages each: they take turns, none is served twice."""

    async def act(consumer: Consumer, claim: Claim) -> None:
        await asyncio.sleep(0.003)  # promotions are told apart by the millisecond

    for room in (1, 2, 3):
        await bench.accept(
            *(inbound(10 * room + n, room_id=room, accepted_ms=room) for n in range(3))
        )
    consumer = await bench.start(act, most_turns=1)
    await consumer.until_settled(9)
    rooms = [claim.message.room_id for claim in consumer.started]
    assert rooms == [1, 2, 3] * 3


@pytest.mark.parametrize(("waited_ms", "then"), [(0, [3, 2]), (61_000, [2, 3])])
async def test_a_lane_that_was_idle_goes_before_those_that_flood(
    bench: Bench, waited_ms: int, then: list[int]
) -> None:
    """Before a head that waits since the turn before it in its lane, for up to a minute."""

    async def act(consumer: Consumer, claim: Claim) -> None:
        if len(consumer.started) == 3:
            now = round(time.time() * 1000)
            head = bench.keys.job_id(inbound(21, room_id=2))
            assert await bench.redis.zscore(bench.keys.queue, head)
            await bench.redis.zincrby(bench.keys.queue, -waited_ms, head)
            await bench.accept(inbound(30, room_id=3, accepted_ms=now))

    for room in (1, 2):
        await bench.lane(3, room_id=room, first=10 * room)
    consumer = await bench.start(act, most_turns=1)
    await consumer.until_settled(7)
    rooms = [claim.message.room_id for claim in consumer.started]
    assert rooms[:5] == [1, 2, 1, *then]


async def test_nothing_is_left_behind(bench: Bench) -> None:
    """After its turns a lane leaves no key but the memory of what was seen and how it ended."""
    await bench.lane(5)
    consumer = await bench.start()
    await consumer.until_settled(5)
    assert await bench.left() == []
    assert await bench.redis.zcard(bench.keys.queue) == 0


async def test_overtaken_deliveries_go_by_number(bench: Bench) -> None:
    """Messages that arrive out of order within a moment wait in Campfire's order."""
    await bench.accept(*(inbound(n, accepted_ms=1000 + n) for n in (1, 4, 2, 3)))
    consumer = await bench.start()
    await consumer.until_settled(4)
    assert consumer.settled == ["1", "2", "3", "4"]


async def test_a_late_delivery_does_not_jump_the_queue(bench: Bench) -> None:
    """After more than a moment the order of acceptance stands."""
    at = {1: 0, 4: 10, 2: 5000}
    await bench.accept(*(inbound(n, accepted_ms=1000 + at[n]) for n in (1, 4, 2)))
    consumer = await bench.start()
    await consumer.until_settled(3)
    assert consumer.settled == ["1", "4", "2"]


async def test_arqs_own_api_reads_our_jobs(bench: Bench) -> None:
    """Job.status(), info() and result_info() tell waiting, running and finished apart."""
    let_go = asyncio.Event()

    async def act(consumer: Consumer, claim: Claim) -> None:
        await let_go.wait()

    await bench.lane(2)
    jobs = [
        Job(bench.keys.job_id(inbound(n)), bench.redis, bench.keys.queue, from_wire) for n in (1, 2)
    ]
    assert [await job.status() for job in jobs] == [JobStatus.queued, JobStatus.deferred]
    consumer = await bench.start(act)
    await consumer.until(lambda: len(consumer.started) == 1)
    assert await jobs[0].status() == JobStatus.in_progress
    waiting = await jobs[1].info()
    assert waiting is not None
    assert list(waiting.args) == [2, "assistant", "2"]
    let_go.set()
    await consumer.until_settled(2)
    assert await jobs[0].status() == JobStatus.complete
    result = await jobs[0].result_info()
    assert result is not None
    assert (result.success, result.result) == (True, {"outcome": "completed"})


async def test_a_dashboard_reads_queue_and_results(bench: Bench) -> None:
    """What dashboards do: ZRANGE of the queue, GET of each job, and the result keys as JSON."""
    await bench.lane(3)
    queued = await bench.redis.zrange(bench.keys.queue, 0, -1, withscores=True)
    tickets = [from_wire(await bench.redis.get(b"arq:job:" + job)) for job, _ in queued]
    assert [ticket["f"] for ticket in tickets] == ["answer"] * 3
    consumer = await bench.start()
    await consumer.until_settled(3)
    names = [key async for key in bench.redis.scan_iter(f"arq:result:{bench.keys.tag}*")]
    results = [from_wire(await bench.redis.get(name)) for name in names]
    assert sorted(result["a"] for result in results) == [
        [2, "assistant", str(n)] for n in (1, 2, 3)
    ]
    assert all(result["s"] and result["q"] == bench.keys.queue for result in results)
    assert 0 < await bench.redis.ttl(names[0]) <= 24 * 3600


async def test_an_idle_consumer_is_woken(bench: Bench) -> None:
    """A message accepted while the consumer sleeps starts without a poll."""
    consumer = await bench.start()
    await bench.lane(1, room_id=1, first=1)
    await consumer.until_settled(1)
    await bench.lane(1, room_id=1, first=2)
    # The consumer's own sleep lasts 30 s, this wait 15 s: only the wake-up can end it.
    await consumer.until_settled(2)


async def test_a_postponed_message_stays_the_head(bench: Bench) -> None:
    """A message that is tried again keeps its place: the one behind it waits."""

    async def act(consumer: Consumer, claim: Claim) -> str | None:
        if claim.message.message_id == "1" and claim.failures == 0:
            await consumer.lanes.postpone(claim, delay_s=0.3, failed=True)
            return POSTPONED
        return None

    consumer = await bench.start(act)
    await bench.lane(2)
    await consumer.until_settled(2)
    assert [claim.message.message_id for claim in consumer.started] == ["1", "1", "2"]
    assert consumer.settled == ["1", "2"]


async def test_a_lost_ticket_does_not_lose_the_message(bench: Bench) -> None:
    """arq's job record vanished: the message is answered all the same."""
    await bench.lane(2)
    await bench.redis.delete(bench.keys.job(bench.keys.job_id(inbound(1))))
    consumer = await bench.start()
    await consumer.until_settled(2)
    assert consumer.settled == ["1", "2"]


async def test_the_time_that_failed_attempts_took_is_known(bench: Bench) -> None:
    """A failure goes on with the time of its first attempt; what a drain hands back begins anew."""
    used: list[float] = []

    async def act(consumer: Consumer, claim: Claim) -> str | None:
        used.append(claim.used_s)
        if len(used) in (1, 2):
            await consumer.lanes.postpone(claim, delay_s=0.3, failed=len(used) == 1)
            return POSTPONED
        return None

    await bench.lane(1)
    consumer = await bench.start(act)
    await consumer.until_settled(1)
    first, second, third = used
    assert (first, third) == (0.0, 0.0)
    assert second >= 0.3
