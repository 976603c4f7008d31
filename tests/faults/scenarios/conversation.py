"""What people do while a fault happens: several rooms, each in its own order."""

import asyncio
import random
import time

from tests.faults.world import World


async def traffic(
    world: World, dice: random.Random, *, seconds: float, rooms: int = 4, gap_s: float = 0.1
) -> None:
    """People write in so many rooms for a while, one after the other in each."""
    until = time.monotonic() + seconds
    dices = [random.Random(dice.random()) for _ in range(rooms)]
    async with asyncio.TaskGroup() as group:
        for room, own in zip(world.rooms(rooms), dices, strict=True):
            group.create_task(_one_room(world, own, room, until, gap_s))


async def _one_room(
    world: World, dice: random.Random, room: int, until: float, gap_s: float
) -> None:
    while time.monotonic() < until:
        await world.say(room, dice.choice(["", "", f"slow={dice.uniform(0, 0.2):.2f}"]))
        await world.pause(dice.uniform(0, 2 * gap_s))


def during(
    world: World, dice: random.Random, *, seconds: float, **options: float
) -> "asyncio.Task[None]":
    """The same, beside what the scenario does meanwhile; to be awaited at the end."""
    return asyncio.create_task(traffic(world, dice, seconds=seconds, **options))  # type: ignore[arg-type]
