"""kill -9 at each step between a request and its end, and a consumer that stood still meanwhile."""

import random
import signal
from typing import Any

from tests.conftest import eventually
from tests.faults.processes import ROOT
from tests.faults.suite import Scenario
from tests.faults.world import EVENT_SECRET, World

BOTS = {
    "settings": {
        "BOTS_DIR": str(ROOT / "tests" / "faults" / "bots"),
        "EVENT_SECRET_ASSISTANT": EVENT_SECRET,
    }
}
UNKNOWN, DONE = "I do not know whether it was done", "has run"
STEPS = {
    "approval.asked": DONE,
    "approval.answered": DONE,
    "approval.taken": UNKNOWN,
    "approval.ran": UNKNOWN,
    "approval.ended": DONE,
    "approval.concluded": DONE,
}
"""Each with what the room, or whoever asks, is told in the end."""


def killed_at(step: str) -> Scenario:
    """A consumer dies at this step; the next one goes on, and the call has run at most once."""

    async def run(world: World, dice: random.Random) -> None:
        await world.ingress()
        doomed = await world.consumer(ready=False, KILL_AT=step)
        room, other = world.rooms(2)
        await world.say(room, "ask=1")
        if step == "approval.asked":
            await _next(world, doomed)
        await world.settled()
        await world.type(room, "yes 1")
        if step != "approval.asked":
            await _next(world, doomed)
        await world.say(dice.choice([room, other]))
        await _carried_out(world, room)
        await world.type(room, "yes 1")
        await world.settled()
        told = await _told(world, STEPS[step])
        assert told, f"{step}: the room was not told {STEPS[step]!r}"

    return Scenario(
        name=f"kill -9 at {step} of an approved call",
        run=run,
        fault="kill -9 at a step",
        short=step in ("approval.taken", "approval.ended"),
        world=dict[str, Any](BOTS),
    )


async def _stood_still(world: World, dice: random.Random) -> None:
    """A consumer is stopped in the middle of an approved call, beyond its lease, then goes on."""
    del dice
    _, old = await world.service()
    room = world.rooms(1)[0]
    await world.say(room, "ask=1")
    await world.settled()
    await world.type(room, "yes 1")
    await old.logged("approved_call_runs")
    new = await world.consumer(ready=False, machine="another")
    old.signal(signal.SIGSTOP)
    await new.logged("consumer_ready")
    await _carried_out(world, room)
    old.signal(signal.SIGCONT)
    await old.gone()
    assert await _told(world, UNKNOWN)


async def _all_say_yes(world: World, dice: random.Random) -> None:
    """Many requests, each answered several times at once, with kill -9 in between."""
    await world.ingress()
    await world.supervised(KILL_AT=f"approval.taken#{dice.randrange(2, 4)}")
    rooms = world.rooms(3)
    for room in rooms:
        await world.say(room, "ask=2")
    await world.settled()
    for number in range(1, 7):
        for word in ("yes", "yes", "no"):
            await world.type(rooms[dice.randrange(3)], f"{word} {number}")
    for number in range(1, 7):
        for room in rooms:
            await world.type(room, f"yes {number}")
    await world.settled()
    await eventually(lambda: _all_over(world, 6), within_s=60)


async def _next(world: World, doomed: Any) -> None:
    assert await doomed.gone(20) == -signal.SIGKILL, "the step was never reached"
    await world.consumer()


async def _carried_out(world: World, room: int) -> None:
    """Its own message has an end."""
    key = world.keys.result(world.job_id(f"{room}:assistant", "approval-1"))

    async def ended() -> bool:
        return bool(await world.redis.exists(key))

    await eventually(ended, within_s=30)


async def _all_over(world: World, count: int) -> bool:
    waiting = await world.redis.exists(world.keys.approvals_open("assistant"))
    running = [await world.redis.hget(world.keys.approval("assistant", n), "state")  # type: ignore[misc]
               for n in range(1, count + 1)]  # fmt: skip
    busy = await world.redis.exists(world.keys.lanes)
    return not (waiting or busy) and b"running" not in running


async def _told(world: World, words: str) -> bool:
    async def found() -> bool:
        return any(words in call.body for call in world.campfire.calls.all())

    return bool(await eventually(found, within_s=20))


SCENARIOS = [
    *(killed_at(step) for step in STEPS),
    Scenario(
        name="a consumer that stood still amid an approved call",
        run=_stood_still,
        fault="stopped beyond the lease",
        short=False,
        world=dict[str, Any](BOTS),
    ),
    Scenario(
        name="many requests, each answered several times, amid kill -9",
        run=_all_say_yes,
        fault="kill -9 at a step",
        short=False,
        world=dict[str, Any](BOTS),
    ),
]
