"""Control words: a line of their own beside the lane, places of their own beside the turns."""

import asyncio
from typing import Any

import pytest

from consumer.queue.claim import Claim
from consumer.queue.lanes import Lanes
from consumer.queue.repairing.repairs import Repairs
from ingress.operator.queue_stats import queue_stats
from shared.acceptance.loop_guard import LoopGuard
from shared.acceptance.queue import RedisQueue
from shared.control_words import ControlWord
from shared.inbound import InboundMessage
from shared.operating.dead_letters import DeadLetters
from tests.deliveries import answering_bots, inbound
from tests.integration.queue.conftest import POSTPONED, Bench, Consumer
from tests.integration.queue.doomed import Doomed, die
from tests.membership import join


def word(number: int, said: ControlWord = "stop", **changes: Any) -> InboundMessage:
    """Somebody types a control word."""
    return inbound(number, control=said, **changes)


class Gate:
    """An act whose turns end when they are let go, and whose control words end at once."""

    def __init__(self) -> None:
        self.open = asyncio.Event()

    async def __call__(self, consumer: Consumer, claim: Claim) -> str | None:
        if claim.message.control is None:
            await self.open.wait()
        return None


def started(consumer: Consumer) -> list[str]:
    """The messages that began, in order."""
    return [claim.message.message_id for claim in consumer.started]


async def test_a_word_does_not_wait_for_its_lane(bench: Bench) -> None:
    """While a turn runs and others wait, the lane's control words run, in their own order."""
    gate = Gate()
    await bench.lane(3)
    consumer = await bench.start(gate)
    await consumer.until(lambda: started(consumer) == ["1"])
    await bench.accept(word(10), word(11, "new"), word(12, "status"))
    await consumer.until_settled(3)
    assert consumer.settled == ["10", "11", "12"]
    gate.open.set()
    await consumer.until_settled(6)
    assert consumer.settled[3:] == ["1", "2", "3"]
    assert await bench.left() == []


async def test_words_of_a_line_run_one_at_a_time(bench: Bench) -> None:
    """Two orders of one lane never overlap: the second sees what the first has done."""
    running: list[str] = []

    async def act(consumer: Consumer, claim: Claim) -> None:
        assert not running
        running.append(claim.job_id)
        await asyncio.sleep(0)
        running.clear()

    await bench.accept(*(word(number) for number in range(1, 8)))
    consumer = await bench.start(act)
    await consumer.until_settled(7)
    assert consumer.settled == [str(number) for number in range(1, 8)]


async def test_a_word_runs_when_every_turn_is_taken(bench: Bench) -> None:
    """With all turns busy and more waiting, control words of many lanes run all the same."""
    gate = Gate()
    for room in range(6):
        await bench.lane(1, room_id=room, first=100 + room)
    consumer = await bench.start(gate, most_turns=2)
    await consumer.until(lambda: len(consumer.started) == 2)
    await bench.accept(*(word(200 + room, room_id=room) for room in range(6)))
    await consumer.until_settled(6)
    assert sorted(consumer.settled) == [str(200 + room) for room in range(6)]
    assert sum(claim.message.control is None for claim in consumer.started) == 2
    gate.open.set()
    await consumer.until_settled(12)


async def test_control_words_take_no_turn_away(bench: Bench) -> None:
    """As many words as there are turns may hang: the turns go on."""
    let_go = asyncio.Event()

    async def act(consumer: Consumer, claim: Claim) -> None:
        if claim.message.control:
            await let_go.wait()

    consumer = await bench.start(act, most_turns=2)
    await bench.accept(*(word(10 + room, room_id=room) for room in range(4)))
    await consumer.until(lambda: len(consumer.started) == 2)
    for room in range(10, 16):
        await bench.lane(1, room_id=room, first=100 + room)
    await consumer.until_settled(6)
    let_go.set()
    await consumer.until_settled(10)


async def test_a_word_that_is_tried_again_needs_no_free_turn(bench: Bench) -> None:
    """Postponed while every turn is taken, it runs again before one ends."""
    gate = Gate()

    async def act(consumer: Consumer, claim: Claim) -> str | None:
        if claim.message.control and claim.failures == 0:
            await consumer.lanes.postpone(claim, delay_s=0.1, failed=True)
            return POSTPONED
        return await gate(consumer, claim)

    await bench.lane(1)
    consumer = await bench.start(act, most_turns=1)
    await consumer.until(lambda: started(consumer) == ["1"])
    await bench.accept(word(2))
    await consumer.until_settled(1)
    assert started(consumer) == ["1", "2", "2"]
    gate.open.set()
    await consumer.until_settled(2)


async def test_what_was_asked_after_a_word_begins_when_it_is_done(bench: Bench) -> None:
    """So `stop` cannot end it, and after `new` it belongs to the new conversation."""
    let_go = asyncio.Event()

    async def act(consumer: Consumer, claim: Claim) -> None:
        if claim.message.control:
            await let_go.wait()

    await bench.accept(word(5, "new"), inbound(6), inbound(7, room_id=3))
    consumer = await bench.start(act, most_turns=1)
    await consumer.until_settled(1)
    assert consumer.settled == ["7"]
    await consumer.until(lambda: sorted(started(consumer)) == ["5", "7"])
    await bench.accept(inbound(4, accepted_ms=2))
    await bench.accept(inbound(8, room_id=3))
    await consumer.until_settled(2)
    assert "6" not in started(consumer)
    let_go.set()
    await consumer.until_settled(5)
    assert consumer.settled[2:] == ["5", "6", "4"]


async def test_what_was_asked_before_a_word_does_not_wait_for_it(bench: Bench) -> None:
    """The lane's older message begins, whatever the word takes; numbers count, not arrival."""
    let_go = asyncio.Event()

    async def act(consumer: Consumer, claim: Claim) -> None:
        if claim.message.control:
            await let_go.wait()

    await bench.accept(word(5), inbound(4, accepted_ms=2))
    consumer = await bench.start(act)
    await consumer.until_settled(1)
    assert consumer.settled == ["4"]
    let_go.set()
    await consumer.until_settled(2)


async def test_a_full_lane_takes_a_word_and_a_full_line_none(bench: Bench) -> None:
    """`stop` is heard however many wait; words are bounded like messages, in their own line."""
    queue = RedisQueue(bench.redis, bench.keys, lane_max_waiting=2)
    assert [await queue.accept(inbound(number)) for number in range(1, 5)] == [
        "accepted", "accepted", "accepted", "full",
    ]  # fmt: skip
    assert [await queue.accept(word(number)) for number in range(11, 15)] == [
        "accepted", "accepted", "accepted", "full",
    ]  # fmt: skip
    assert await queue.accept(word(11)) == "duplicate"
    consumer = await bench.start()
    await consumer.until_settled(6)
    assert await bench.left() == []


async def test_a_word_leaves_the_hops_as_they_are(bench: Bench) -> None:
    """A person who says `stop` to two bots that talk does not set them going again."""
    guard = LoopGuard(bots=answering_bots("assistant"), hop_limit=1)
    queue = RedisQueue(bench.redis, bench.keys, guard=guard)
    assert await queue.accept(inbound(1, from_bot=True)) == "accepted"
    assert await queue.accept(inbound(2, from_bot=True)) == "looping"
    assert await queue.accept(word(3)) == "accepted"
    assert await queue.accept(inbound(4, from_bot=True)) == "looping"
    assert await queue.accept(inbound(5)) == "accepted"
    assert await queue.accept(inbound(6, from_bot=True)) == "accepted"


@pytest.mark.parametrize("beside", [0, 1])
async def test_a_suspect_word_runs_alone_and_first(bench: Bench, beside: int) -> None:
    """After a crash `stop` is carried out before the turn that it is to stop runs again."""
    await bench.lane(1)
    await bench.lane(beside, room_id=3, first=50)
    await bench.accept(word(2))
    await die(bench, Doomed(bench, "a"), claim=2 + beside)
    others: list[str] = []

    async def act(consumer: Consumer, claim: Claim) -> None:
        others.extend(await consumer.beside(claim))

    successor = await bench.start(act, machine="successor")
    await successor.until(lambda: bool(others) or len(successor.settled) == 2 + beside)
    assert others == []
    assert started(successor)[0] == "2"


async def test_a_word_is_heard_while_a_suspect_runs_alone(bench: Bench) -> None:
    """A turn that hangs again after its crash can be stopped."""
    await bench.lane(1)
    await bench.lane(1, room_id=3, first=50)
    await die(bench, Doomed(bench, "a"), claim=2)
    gate = Gate()
    successor = await bench.start(gate, machine="successor")
    await successor.until(lambda: len(successor.started) == 1)
    await bench.accept(word(60))
    await successor.until_settled(1)
    assert successor.settled == ["60"]
    gate.open.set()
    await successor.until_settled(3)


async def test_a_line_that_nothing_would_wake_is_repaired(bench: Bench) -> None:
    """A word that is on no list of the runnable any more is set going by the sweep."""
    await bench.accept(word(1), word(2))
    await bench.redis.delete(bench.keys.queue, bench.keys.control_due)
    consumer = await bench.start()
    await consumer.until_settled(2)
    assert consumer.settled == ["1", "2"]
    assert await bench.left() == []


async def test_a_dead_word_can_be_requeued(bench: Bench) -> None:
    """Into its line, where it needs no turn."""

    async def die(consumer: Consumer, claim: Claim) -> str:
        await consumer.lanes.settle(claim, {"outcome": "dead", "reason": "x"}, dead=True)
        return POSTPONED

    await bench.accept(word(1))
    first = await bench.start(die)
    letters = DeadLetters(bench.redis, bench.keys)
    await first.until(lambda: bool(first.started))
    first.service.stop()
    await bench.stopped(first)
    (letter,) = await letters.all()
    assert letter.lane == "control:2:assistant"
    assert await letters.requeue(letter.job_id, 1)
    consumer = await bench.start()
    await consumer.until_settled(1)
    assert await bench.left() == []


async def test_words_show_in_the_queue_stats(bench: Bench) -> None:
    """A line of control words is a row of its own, beside its lane's."""
    await bench.lane(2)
    await bench.accept(word(3))
    stats = await queue_stats(bench.redis, bench.keys)
    assert [(row["control"], row["waiting"]) for row in stats["lanes"]] == [(False, 2), (True, 1)]
    assert stats["total"] == 3


async def test_what_a_word_held_back_keeps_its_place(bench: Bench) -> None:
    """Its turn comes before those that came after it, and no sweep sets it going meanwhile."""
    lanes = await _owned(bench)
    await bench.accept(word(1), inbound(2), inbound(3, room_id=3))
    (said,) = await lanes.claim(0, 1)
    assert _numbers(await lanes.claim(2)) == ["3"]
    assert await Repairs(bench.redis, bench.keys, "me", lease_ms=60_000).sweep() == []
    await bench.lane(1, room_id=4, first=4)
    await lanes.settle(said, {"outcome": "completed"})
    assert _numbers(await lanes.claim(1)) == ["2"]
    assert _numbers(await lanes.claim(1)) == ["4"]


async def test_words_without_a_place_are_heard_in_their_order(bench: Bench) -> None:
    """However many wait for a place, those that wait longest get the next ones, and turns go on."""
    lanes = await _owned(bench)
    await bench.accept(*(word(n, room_id=n, accepted_ms=n) for n in range(1, 41)))
    await bench.lane(1, room_id=99, first=99)
    heard = await lanes.claim(0, 2)
    turns = [claim for _ in range(40) for claim in await lanes.claim(1)]
    assert _numbers(turns) == ["99"]
    heard += await lanes.claim(0, 3)
    assert _numbers(heard) == ["1", "2", "3", "4", "5"]


async def _owned(bench: Bench) -> Lanes:
    await join(bench.redis, bench.keys, "me")
    return Lanes(bench.redis, bench.keys, "me", lease_ms=60_000)


def _numbers(claims: list[Claim]) -> list[str]:
    return [claim.message.message_id for claim in claims]
