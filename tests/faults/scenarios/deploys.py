"""SIGTERM in the middle of turns: the turn ends or runs again, and no try is used up."""

import random

from tests.faults.scenarios.conversation import during
from tests.faults.suite import Scenario
from tests.faults.world import World

DEPLOYS = 10


async def _turn_ends_within_the_grace(world: World, dice: random.Random) -> None:
    _, consumer = await world.service()
    room, other = world.rooms(2)
    message = await world.say(room, f"slow={dice.uniform(0.5, 1):.2f}")
    await world.say_all(room, ["", ""])
    await world.say(other, "slow=0.5")
    await world.running(message)
    assert await consumer.terminate() == 0
    assert [e["outcome"] for e in consumer.events() if e["event"] == "turn_settled"]
    await world.consumer()
    await world.settled()


async def _handed_back_ten_times(world: World, dice: random.Random) -> None:
    """A turn longer than every grace survives ten deploys and is no dead letter."""
    await world.ingress()
    room = world.rooms(1)[0]
    message = await world.say(room, "slow=1")
    await world.say(room)
    for _ in range(DEPLOYS):
        consumer = await world.consumer(SHUTDOWN_GRACE_SECONDS="0.05")
        await world.running(message)
        await world.pause(dice.uniform(0, 0.1))
        assert await consumer.terminate() == 0
    await world.consumer()
    await world.settled()


def _under_traffic(deploys: int, *, short: bool) -> Scenario:
    async def run(world: World, dice: random.Random) -> None:
        """The successor is started before its predecessor ends, as a rolling deploy does."""
        await world.ingress()
        await _roll(world, dice, deploys)
        await world.settled()

    name = f"{deploys} rolling deploys under traffic"
    return Scenario(name=name, run=run, fault="SIGTERM", short=short)


async def _roll(world: World, dice: random.Random, deploys: int) -> None:
    consumer = await world.consumer()
    talk = during(world, dice, seconds=deploys * 0.7)
    for _ in range(deploys):
        successor = await world.consumer(ready=False)
        await world.pause(dice.uniform(0.1, 0.4))
        assert await consumer.terminate() == 0
        consumer = successor
        await consumer.logged("consumer_ready")
    await talk


SCENARIOS = [
    Scenario(name="SIGTERM during turns", run=_turn_ends_within_the_grace, fault="SIGTERM"),
    Scenario(name="ten deploys during one turn", run=_handed_back_ten_times, fault="SIGTERM"),
    _under_traffic(4, short=True),
    _under_traffic(DEPLOYS, short=False),
]
