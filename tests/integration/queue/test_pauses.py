"""Pauses on the real queue: what they hold, what goes on beside them, and how it goes on after."""

import asyncio
import time
from collections.abc import Awaitable
from typing import cast

import pytest

from consumer.queue import worker
from consumer.queue.claim import Claim
from consumer.queue.repairing.sweeper import Sweeper
from shared.acceptance.queue import RedisQueue
from shared.audit import NO_AUDIT
from shared.keys import FAR_FUTURE_MS
from shared.lane import Lane
from shared.operating.actions import Actions
from shared.operating.messages import Filter
from shared.operating.pauses import Scope, past_pauses, pause_of, pauses
from shared.operating.reading.board import read_board
from shared.operating.reading.message_list import Messages
from tests.conftest import eventually
from tests.deliveries import inbound
from tests.integration.queue.conftest import Bench, Consumer
from tests.membership import oust

ALL, ROOM, BOT = Scope(), Scope(room_id=2), Scope(bot_id="assistant")


@pytest.fixture
def actions(bench: Bench) -> Actions:
    return Actions(bench.redis, bench.keys, NO_AUDIT, via="command")


async def until_held(bench: Bench, count: int) -> None:
    async def held() -> bool:
        return await held_lanes(bench) == count

    await eventually(held)


async def held_lanes(bench: Bench) -> int:
    return int(await cast(Awaitable[int], bench.redis.scard(bench.keys.held)))


@pytest.mark.parametrize("scope", [ALL, ROOM, BOT], ids=lambda scope: scope.name)
async def test_what_is_paused_waits_and_is_answered_in_order_after(
    bench: Bench, actions: Actions, scope: Scope
) -> None:
    """No turn begins while it holds; after it the lane goes on where it was."""
    consumer = await bench.start()
    assert await actions.pause(scope)
    assert not await actions.pause(scope)
    await bench.lane(3)
    await until_held(bench, 1)
    assert consumer.started == []
    assert await actions.resume(scope)
    await consumer.until_settled(3)
    assert consumer.settled == ["1", "2", "3"]
    assert not await actions.resume(scope)
    assert await bench.left() == []


async def test_what_is_paused_is_shown_so_before_it_is_its_turn(
    bench: Bench, actions: Actions
) -> None:
    """Behind a turn that runs, nothing has asked yet whether it may begin."""
    await bench.lane(2)
    shown = Messages(bench.redis, bench.keys, ["assistant"])
    assert {row.state for row in (await shown.waiting(Filter())).rows} == {"waiting"}
    await actions.pause(ROOM)
    assert {row.state for row in (await shown.waiting(Filter())).rows} == {"held"}
    await actions.resume(ROOM)
    assert {row.state for row in (await shown.waiting(Filter())).rows} == {"waiting"}


async def test_others_go_on_whatever_stands_before_them(bench: Bench, actions: Actions) -> None:
    """Forty rooms are paused and came first; with two places the one behind them is answered."""
    for room in range(10, 50):
        await actions.pause(Scope(room_id=room))
        await bench.lane(1, room_id=room, first=room)
    await bench.lane(2, room_id=2)
    consumer = await bench.start(most_turns=2)
    await consumer.until_settled(2)
    assert consumer.settled == ["1", "2"]
    await until_held(bench, 40)


async def test_those_who_waited_longest_go_first(bench: Bench, actions: Actions) -> None:
    """Held in whatever order, released in the order in which they came."""
    await actions.pause(ALL)
    for number, room in enumerate([7, 3, 9, 5]):
        await bench.lane(1, room_id=room, first=number + 1)
        await asyncio.sleep(0.002)  # the order is by the millisecond
    consumer = await bench.start(most_turns=1)
    await until_held(bench, 4)
    await actions.resume(ALL)
    await consumer.until_settled(4)
    assert consumer.settled == ["1", "2", "3", "4"]


async def test_what_runs_is_finished_and_the_next_is_held(bench: Bench, actions: Actions) -> None:
    """A pause cuts nobody off."""
    go_on = asyncio.Event()

    async def wait(consumer: Consumer, claim: Claim) -> None:
        await go_on.wait()

    consumer = await bench.start(wait)
    await bench.lane(2)
    await consumer.until(lambda: len(consumer.started) == 1)
    await actions.pause(ALL)
    go_on.set()
    await consumer.until_settled(1)
    await until_held(bench, 1)
    await actions.resume(ALL)
    await consumer.until_settled(2)


async def test_a_lane_under_two_pauses_goes_on_after_both(bench: Bench, actions: Actions) -> None:
    """Whoever resumes the bot has not resumed the room."""
    consumer = await bench.start()
    await actions.pause(ROOM)
    await actions.pause(BOT)
    await bench.lane(1)
    await until_held(bench, 1)
    await actions.resume(BOT)
    assert await held_lanes(bench) == 1
    assert [pause.scope for pause in await pauses(bench.redis, bench.keys)] == [ROOM]
    await actions.resume(ROOM)
    await consumer.until_settled(1)
    over = await past_pauses(bench.redis, bench.keys)
    assert {pause.scope.name for pause in over} == {BOT.name, ROOM.name}
    assert all(pause.until_ms is not None for pause in over)


async def test_the_sweep_leaves_it_alone_and_mends_a_resume_that_was_cut_off(
    bench: Bench, actions: Actions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A held head is where nothing looks; without its pause nothing else would set it going."""

    async def nothing(sweeper: Sweeper) -> None:
        """The test sweeps."""

    monkeypatch.setattr(Sweeper, "sweep", nothing)
    consumer = await bench.start()
    await actions.pause(ALL)
    await bench.lane(1)
    await until_held(bench, 1)
    assert await consumer.repairs.sweep() == []
    await bench.redis.hdel(bench.keys.paused, ALL.name)  # type: ignore[misc]
    job_id = bench.keys.job_id(inbound(1))
    assert await consumer.repairs.sweep() == [job_id]
    await consumer.until_settled(1)


async def test_a_paused_lane_fills_up_like_any_other(bench: Bench, actions: Actions) -> None:
    """LANE_MAX_WAITING holds: what is accepted is answered one day, so not endless much is."""
    await bench.start()
    await actions.pause(ALL)
    queue = RedisQueue(bench.redis, bench.keys, lane_max_waiting=2)
    answers = [await queue.accept(inbound(number)) for number in range(1, 5)]
    assert answers == ["accepted", "accepted", "accepted", "full"]


async def test_a_successor_holds_it_too(
    bench: Bench, actions: Actions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pause outlives the consumer, and the suspect of a crash waits under it like anybody."""
    # Nothing wakes a successor for what is paused: it looks when it has been idle.
    monkeypatch.setattr(worker, "IDLE_S", 0.5)
    forever = asyncio.Event()

    async def never(consumer: Consumer, claim: Claim) -> None:
        await forever.wait()

    first = await bench.start(never, machine="a")
    await bench.lane(1)
    await first.until(lambda: len(first.started) == 1)
    await actions.pause(ALL)
    await oust(bench.redis, bench.keys, first.lease.me)
    second = await bench.start(machine="b")
    await until_held(bench, 1)
    assert second.started == []
    await bench.lane(1, room_id=9, first=5)
    await until_held(bench, 2)
    await actions.resume(ALL)
    await second.until_settled(2)


async def test_a_lane_asks_whether_it_stands_still(bench: Bench, actions: Actions) -> None:
    """Whoever would begin something by itself asks first."""
    lane = Lane(2, "assistant")
    assert await pause_of(bench.redis, bench.keys, lane) is None
    await actions.pause(BOT)
    await actions.pause(Scope(room_id=3))
    found = await pause_of(bench.redis, bench.keys, lane)
    assert found is not None
    assert (found.scope, found.by) == (BOT, "command")
    assert await pause_of(bench.redis, bench.keys, Lane(2, "poet")) is None


async def test_the_board_shows_what_is_held(bench: Bench, actions: Actions) -> None:
    """A held lane is told apart from one that waits for a place, and does not grow old."""
    await bench.start()
    await actions.pause(ROOM)
    now_ms = round(time.time() * 1000)
    await bench.accept(*(inbound(number, accepted_ms=now_ms) for number in (1, 2)))
    await until_held(bench, 1)
    now = await read_board(bench.redis, bench.keys)
    [lane] = now.waiting_lanes
    assert (lane.held, lane.waiting) == (True, 2)
    assert now.oldest_s is not None
    assert now.oldest_s < 0.5
    score = await bench.redis.zscore(bench.keys.queue, bench.keys.job_id(inbound(1)))
    assert score == FAR_FUTURE_MS
