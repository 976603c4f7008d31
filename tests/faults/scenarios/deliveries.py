"""Duplicate, reordered and concurrent deliveries: one outcome each, in order."""

import asyncio
import random

from tests.faults.suite import Scenario
from tests.faults.world import World


async def _repeated(world: World, dice: random.Random) -> None:
    """The same delivery again: at once, beside itself, while it runs, after it is answered."""
    await world.service()
    for room in world.rooms(3):
        message = await world.say(room, "slow=0.2")
        await world.say(room, message=message)
        twin = world.number(room)
        await asyncio.gather(*(world.say(room, message=twin) for _ in range(5)))
        await world.settled()
        for again in dice.sample([message, twin], 2):
            await world.say(room, message=again)
        await world.say(room)
    await world.settled()


async def _overtaken(world: World, dice: random.Random) -> None:
    """What overtook each other on the way goes by Campfire's number, behind the running one."""
    await world.service()
    for room in world.rooms(3):
        head = await world.say(room, "slow=0.4")
        await world.running(head)
        numbers = [world.number(room) for _ in range(6)]
        dice.shuffle(numbers)
        for number in numbers:
            await world.say(room, message=number)
    await world.settled()


async def _crowd(world: World, dice: random.Random) -> None:
    """Many rooms at once, every message delivered twice, in any order."""
    await world.service()
    plan = [(room, world.number(room)) for room in world.rooms(10) for _ in range(8)] * 2
    dice.shuffle(plan)
    await asyncio.gather(*(world.say(room, message=number) for room, number in plan))
    await world.settled()


SCENARIOS = [
    Scenario(name="repeated deliveries", run=_repeated, fault="deliveries"),
    Scenario(name="deliveries that overtook each other", run=_overtaken, fault="deliveries"),
    Scenario(name="concurrent deliveries", run=_crowd, fault="deliveries"),
]
