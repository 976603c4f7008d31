"""What a look costs does not grow with what waits: counted in commands, not in time.

Redis counts what scripts call too (`INFO commandstats`); what one look reads is counted beside it.
"""

from collections.abc import Awaitable, Callable

import pytest
from redis.asyncio import Redis

from consumer.queue.lanes import Lanes
from consumer.queue.repairing.repairs import LANES_AT_ONCE, Repairs
from consumer.queue.waiting.who_waits import WaitingRoom
from ingress.operator.queue_stats import queue_stats
from shared.keys import Keys
from shared.operating.messages import Filter
from shared.operating.reading.board import read_board
from shared.operating.reading.lane_list import read_lanes
from shared.operating.reading.message_list import Messages
from tests.deliveries import inbound
from tests.integration.queue.conftest import Bench
from tests.membership import join
from tests.redis_calls import calls

FEW, MORE, MANY = 120, 480, 1200
"""Lanes; each with two messages. The first is above every bound but the sweep's, of the last."""

Look = Callable[[Redis, Keys], Awaitable[object]]


async def _board(redis: Redis, keys: Keys) -> object:
    return await read_board(redis, keys)


async def _messages(redis: Redis, keys: Keys) -> object:
    return await Messages(redis, keys, ["assistant"]).waiting(Filter())


async def _lanes(redis: Redis, keys: Keys) -> object:
    return await read_lanes(redis, keys)


@pytest.mark.parametrize("look", [queue_stats, _board, _messages, _lanes])
async def test_a_look_costs_the_same_whatever_waits(bench: Bench, look: Look) -> None:
    """`/queue/stats`, the board, a page of messages or of lanes: as many commands for four times
    as much."""
    costs = [await _cost(bench, count, look) for count in (FEW, MORE)]
    assert costs[0] == costs[1] > 0


async def test_the_waiting_look_costs_what_has_happened_since(bench: Bench) -> None:
    """Messages that wait on, and of which nothing is to be said, are not looked at again."""
    costs = []
    for count in (FEW, MORE):
        await _fill(bench, count)
        room = WaitingRoom(bench.redis, bench.keys)
        found = 0
        while new := await room.waiters():
            found += len(new)
        assert found >= 2 * count
        costs.append(await _commands(bench.redis, room.waiters))
        assert len(await _arrived(bench, room)) == 1
    assert costs[0] == costs[1]


async def test_the_sweep_looks_at_some_lanes_at_a_time_and_at_each_in_the_end(
    bench: Bench,
) -> None:
    """Redis is blocked for some hundred lanes at most; a lane that stands still is found."""
    await _fill(bench, MANY)
    lost = bench.keys.job_id(inbound(2000, room_id=1000))
    await bench.redis.zadd(bench.keys.queue, {lost: 4_102_444_800_000})
    repairs = Repairs(bench.redis, bench.keys, "me", lease_ms=60_000)
    repaired, most = list[str](), 0
    while True:
        before = await calls(bench.redis)
        repaired += await repairs.sweep()
        most = max(most, await calls(bench.redis) - before)
        if repairs.all_swept:
            break
    assert repaired == [lost]
    assert most < 2 * LANES_AT_ONCE * 8


async def test_a_claim_costs_the_same_whatever_control_words_wait(bench: Bench) -> None:
    """Words that are due and have no place are looked at once, and then by no claim; with none at
    all it does not even ask for them."""
    await join(bench.redis, bench.keys, "me")
    lanes = Lanes(bench.redis, bench.keys, "me", lease_ms=60_000)
    await bench.accept(*(inbound(n, room_id=n) for n in range(1, 50)))
    costs = []
    for first, count in ((0, 0), (1000, 20), (2000, 200)):
        words = range(first, first + count)
        await bench.accept(*(inbound(n, room_id=n, control="status", accepted_ms=0) for n in words))
        for _ in range(60):  # until every word was passed by
            cost = await _claim_and_give_back(bench.redis, lanes)
        costs.append(cost)
    assert costs[0] < costs[1] == costs[2]


async def _claim_and_give_back(redis: Redis, lanes: Lanes) -> int:
    """How many commands the claim was."""
    before = await calls(redis)
    claims = await lanes.claim(5)
    cost = await calls(redis) - before
    for claim in claims:
        await lanes.postpone(claim, delay_s=0, failed=False)
    return cost


async def _cost(bench: Bench, count: int, look: Look) -> int:
    await _fill(bench, count)
    return await _commands(bench.redis, lambda: look(bench.redis, bench.keys))


async def _fill(bench: Bench, count: int) -> None:
    """So many lanes of two messages, as acceptance leaves them."""
    for room in range(1000, 1000 + count):
        await bench.lane(2, room_id=room, first=2 * room)
    assert await bench.redis.zcard(bench.keys.queue) >= 2 * count


async def _arrived(bench: Bench, room: WaitingRoom) -> list[str]:
    count = await bench.redis.scard(bench.keys.lanes)  # type: ignore[misc]
    await bench.lane(1, room_id=9, first=9_000_000 + int(count))
    return [waiter.job_id for waiter in await room.waiters()]


async def _commands(redis: Redis, look: Callable[[], Awaitable[object]]) -> int:
    before = await calls(redis)
    await look()
    return await calls(redis) - before
