"""A budget ends while many lanes use it and consumers are killed: it is overstepped as stated."""

import asyncio
import random
import signal
from functools import partial

from shared.budgets import Used, used_by
from shared.kill_points import STEPS
from tests.conftest import eventually
from tests.faults.agent import A_CALL
from tests.faults.history import BudgetBound
from tests.faults.suite import Scenario
from tests.faults.world import BOT, World

TOKENS, AT_ONCE = 40_000, 10
"""The budget, and MAX_TURNS_AT_ONCE."""
TOGETHER = 2
"""So many kills may meet one message: whom three meet is taken for their cause, by right."""


def _ends(lanes: int, kills: int, *, short: bool) -> Scenario:
    async def run(world: World, dice: random.Random) -> None:
        """Each asks for more than its share; what was counted is at most a kill's calls short."""
        world.history.budget = BudgetBound(tokens=TOKENS, a_call=A_CALL, at_once=AT_ONCE)
        world.history.longest_wait_s = 60
        await world.ingress()
        await world.supervised()
        rooms = world.rooms(lanes)
        dice.shuffle(rooms)
        orders = [f"spend={dice.randrange(4, 12)}" for _ in rooms]
        await asyncio.gather(*map(world.say, rooms, orders))
        for number in range(kills):
            if number and number % TOGETHER == 0:
                await eventually(partial(_suspects_nobody, world), within_s=60)
            await world.pause(dice.uniform(0.05, 0.3))
            for consumer in world.consumers():
                await consumer.kill()
        await world.settled(within_s=60)
        await asyncio.gather(*(world.say(room, "spend=2") for room in rooms))
        await world.settled(within_s=60)
        await _is_counted(world, kills)

    return Scenario(
        name=f"a budget ends amid {lanes} lanes, {kills} kills",
        run=run,
        fault="budget",
        short=short,
        limit_s=150,
        world={"settings": {"FAULT_BUDGET": str(TOKENS), "MAX_TURNS_AT_ONCE": str(AT_ONCE)}},
    )


async def _suspects_nobody(world: World) -> bool:
    """Whether a consumer works, and whatever ran when its predecessors died has run alone."""
    works = any(
        line["event"] == "consumer_ready" for it in world.consumers() for line in it.events()
    )
    return works and not await world.redis.exists(world.keys.suspects)


def killed_at(step: str) -> Scenario:
    """A consumer dies at this step of what a turn has to do with its budget."""

    async def run(world: World, dice: random.Random) -> None:
        """The next one runs the turn again; both attempts are paid, and nothing stays set aside."""
        world.history.budget = BudgetBound(tokens=TOKENS, a_call=A_CALL, at_once=AT_ONCE)
        await world.ingress()
        doomed = await world.consumer(ready=False, KILL_AT=step)
        room, other = world.rooms(2)
        await world.say(room, "spend=3")
        assert await doomed.gone(20) == -signal.SIGKILL, f"{step} was never reached"
        await world.say(dice.choice([room, other]), "spend=2")
        await world.consumer()
        await world.settled()
        used = await _used(world)
        assert used.spent["tokens"] == await _really(world), "each attempt, whole"
        assert used.spent["messages"] == 2, "an attempt is no message"

    return Scenario(
        name=f"kill -9 at {step}",
        run=run,
        fault="kill -9 at a step",
        world={"settings": {"FAULT_BUDGET": str(TOKENS)}},
    )


async def _used(world: World) -> Used:
    seconds, _ = await world.redis.time()
    (used,) = await used_by(world.redis, world.keys, BOT, seconds * 1000)
    return used


async def _really(world: World) -> int:
    """What agents used, counted or not."""
    events = (line for process in world.processes for line in process.events())
    return sum(line["tokens"] for line in events if line["event"] == "agent_spent")


async def _is_counted(world: World, kills: int) -> None:
    used = await _used(world)
    lost = await _really(world) - used.spent["tokens"]
    assert 0 <= lost <= kills * AT_ONCE * A_CALL, f"{lost} tokens are on no record"
    assert used.spent["tokens"] >= TOKENS, "it was used up"
    assert used.running["tokens"] == 0


SCENARIOS = [
    *(killed_at(step) for step in STEPS if step.startswith("budget.")),
    _ends(20, 1, short=True),
    _ends(100, 0, short=False),
    _ends(100, 4, short=False),
]
