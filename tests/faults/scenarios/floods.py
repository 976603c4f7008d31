"""One lane floods, or a thousand speak at once: others do not wait longer, and nothing grows."""

import asyncio
import random

from tests.faults.growth import growth
from tests.faults.suite import Scenario
from tests.faults.world import World

QUIET = 40


def _one_lane_floods(messages: int, *, short: bool) -> Scenario:
    async def run(world: World, dice: random.Random) -> None:
        """A quiet lane's waits, in calm and beside the flood."""
        _, consumer = await world.service()
        loud, quiet = world.rooms(2)
        world.history.calm |= await _speak_now_and_then(world, dice, quiet)
        await world.settled()
        world.history.longest_wait_s = 60

        async def flood() -> None:
            for start in range(0, messages, 50):
                some = min(50, messages - start)
                await asyncio.gather(*(world.say(loud, "slow=0.005") for _ in range(some)))
            world.history.stressed |= await _speak_now_and_then(world, dice, quiet)
            await world.settled(within_s=90)

        world.history.leaks += await growth(lambda: world.vitals(consumer), flood)

    return Scenario(
        name=f"one lane floods {messages}", run=run, fault="flood", short=short, limit_s=180
    )


async def _speak_now_and_then(world: World, dice: random.Random, room: int) -> set[str]:
    said = set()
    for _ in range(QUIET):
        said.add(await world.say(room))
        await world.pause(dice.uniform(0.01, 0.06))
    return said


def _many_lanes(lanes: int, *, short: bool) -> Scenario:
    async def run(world: World, dice: random.Random) -> None:
        """A message in each of many lanes, and again, so that growth would be seen."""
        _, consumer = await world.service()
        world.history.longest_wait_s = 90  # they wait for a slot, all of them
        await _everybody_once(world, dice, lanes)
        world.history.leaks += await growth(
            lambda: world.vitals(consumer), lambda: _everybody_once(world, dice, lanes)
        )

    return Scenario(name=f"{lanes} lanes at once", run=run, fault="flood", short=short, limit_s=180)


async def _everybody_once(world: World, dice: random.Random, lanes: int) -> None:
    rooms = [*world.rooms(lanes)]
    dice.shuffle(rooms)
    for start in range(0, lanes, 50):
        await asyncio.gather(*(world.say(room) for room in rooms[start : start + 50]))
    await world.settled(within_s=90)


async def _lane_is_full(world: World, dice: random.Random) -> None:
    """Beyond the bound a message is turned away with a sentence in the room, and only that."""
    _, _ = await world.service()
    room, other = world.rooms(2)
    head = await world.say(room, "slow=1.5")
    await world.running(head)
    await world.say_all(room, [""] * dice.randrange(8, 14))
    assert len(world.replies) >= 3, "more than LANE_MAX_WAITING were taken"
    await world.say(other)
    await world.settled()
    await world.say(room)
    await world.settled()


SCENARIOS = [
    _one_lane_floods(60, short=True),
    _one_lane_floods(1000, short=False),
    _many_lanes(40, short=True),
    _many_lanes(1000, short=False),
    Scenario(
        name="a lane is full",
        run=_lane_is_full,
        fault="flood",
        world={"settings": {"LANE_MAX_WAITING": "5"}},
    ),
]
