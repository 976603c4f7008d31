"""worq-dashboard's buttons, as recorded of 0.5.2: they harm nothing, pressed on whatever."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from consumer.queue.claim import Claim
from shared.audit import NO_AUDIT
from shared.operating.actions import Actions
from shared.operating.pauses import Scope
from tests.conftest import eventually
from tests.deliveries import inbound
from tests.integration.queue.conftest import POSTPONED, Bench, Consumer

RECORDED = Path(__file__).parents[3] / "recordings" / "worq_dashboard_0_5_2.json"
BUTTONS: dict[str, list[list[str]]] = json.loads(RECORDED.read_text(encoding="utf-8"))
EACH = pytest.mark.parametrize("button", BUTTONS)


async def press(bench: Bench, button: str, number: int) -> None:
    """Send what worq sends, for the message of this number."""
    names = {
        "JOB": bench.keys.job_id(inbound(number)),
        "QUEUE": bench.keys.queue,
        "NOW": str(round(time.time() * 1000)),
    }
    commands = BUTTONS[button]
    pipe = bench.redis.pipeline(transaction=["MULTI"] in commands)
    for command in commands:
        if command not in (["MULTI"], ["EXEC"]):
            pipe.execute_command(*(_filled(word, names) for word in command))
    await pipe.execute()


def _filled(word: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        word = word.replace(name, value)
    return word


class Turns:
    """What turns wait for, and a first attempt at `7` that is to be repeated in a while."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()

    async def act(self, consumer: Consumer, claim: Claim) -> str | None:
        if claim.message.message_id == "7" and claim.starts == 1:
            await consumer.lanes.postpone(claim, delay_s=1, failed=True)
            return POSTPONED
        await self.go_on.wait()
        return None


@pytest.fixture
async def turns() -> AsyncIterator[Turns]:
    turns = Turns()
    yield turns
    turns.go_on.set()


@EACH
async def test_on_a_running_message(bench: Bench, turns: Turns, button: str) -> None:
    """It is answered once, and the lane goes on behind it."""
    consumer = await bench.start(turns.act)
    await bench.lane(2)
    await consumer.until(lambda: len(consumer.started) == 1)
    await press(bench, button, 1)
    await bench.accept(inbound(9, room_id=9))  # wakes the consumer
    await consumer.until(lambda: len(consumer.started) == 2)
    turns.go_on.set()
    await consumer.until_settled(3)
    assert sorted(consumer.settled) == ["1", "2", "9"]
    assert len(consumer.started) == 3
    assert await bench.left() == []


@EACH
async def test_on_a_waiting_message(bench: Bench, turns: Turns, button: str) -> None:
    """Its turn comes when it is its turn: nothing is lost and nothing overtakes."""
    consumer = await bench.start(turns.act)
    await bench.lane(3)
    await consumer.until(lambda: len(consumer.started) == 1)
    await press(bench, button, 2)
    await press(bench, button, 3)
    turns.go_on.set()
    await consumer.until_settled(3)
    assert consumer.settled == ["1", "2", "3"]
    assert await bench.left() == []


@EACH
async def test_on_a_message_that_is_tried_again(bench: Bench, turns: Turns, button: str) -> None:
    """At the worst it is tried sooner, or when the sweep finds it; and once."""
    consumer = await bench.start(turns.act)
    turns.go_on.set()
    await bench.lane(1, first=7)
    await consumer.until(lambda: len(consumer.started) == 1)
    await press(bench, button, 7)
    await consumer.repairs.sweep()
    await consumer.until_settled(1)
    assert [claim.starts for claim in consumer.started] == [1, 2]
    assert await bench.left() == []


@EACH
async def test_on_an_ended_message(bench: Bench, button: str) -> None:
    """It is not answered again, and no key of it stays."""
    consumer = await bench.start()
    await bench.lane(1)
    await consumer.until_settled(1)
    await press(bench, button, 1)
    await bench.accept(inbound(2))
    await consumer.until_settled(2)
    assert consumer.settled == ["1", "2"]

    async def gone() -> bool:
        return await bench.left() == []

    await eventually(gone)


@EACH
async def test_on_a_paused_message(bench: Bench, button: str) -> None:
    """A pause holds whatever is pressed; after it the message is answered."""
    actions = Actions(bench.redis, bench.keys, NO_AUDIT, via="command")
    await actions.pause(Scope())
    consumer = await bench.start()
    await bench.lane(1)

    async def held() -> bool:
        return bool(await bench.redis.exists(bench.keys.held))

    await eventually(held)
    await press(bench, button, 1)
    await bench.accept(inbound(9, room_id=9))  # wakes the consumer

    async def both() -> bool:
        return bool(await bench.redis.scard(bench.keys.held) == 2)  # type: ignore[misc]

    await eventually(both)
    assert consumer.started == []
    await actions.resume(Scope())
    await consumer.until_settled(2)
    assert await bench.left() == []
