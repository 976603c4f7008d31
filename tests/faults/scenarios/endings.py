"""Messages that get no answer on purpose: too old after an outage, or cancelled by somebody."""

import asyncio
import random

from tests.faults.suite import Scenario
from tests.faults.world import World

AGE_S = 1.0
START_S = 4.0
"""What a consumer's start may take on a busy machine while messages stay fresh."""


async def _too_old(world: World, dice: random.Random) -> None:
    """Nobody consumed for too long: a sentence a lane, then new messages are answered."""
    await world.ingress()
    rooms = world.rooms(3)
    for room in rooms:
        await world.say_all(room, [""] * dice.randrange(1, 5))
    await world.pause(START_S + 0.2)
    fresh = [await world.say(room) for room in rooms]
    await world.consumer(MESSAGE_MAX_AGE_MINUTES=str(START_S / 60))
    await world.settled(*fresh)
    await world.settled()
    told = [call for call in world.campfire.calls.all() if "I was away" in call.body]
    assert len(told) == len(rooms), f"a sentence a lane, not {len(told)} for {len(rooms)} lanes"


async def _killed_while_telling(world: World, dice: random.Random) -> None:
    """kill -9 around the summarising sentence: it is said once all the same."""
    await world.ingress()
    room = world.rooms(1)[0]
    await world.say_all(room, [""] * 4)
    await world.pause(AGE_S + 0.2)
    step = dice.choice(["turn.stored", "turn.posted", "turn.recorded", "turn.settling"])
    age = str(AGE_S / 60)
    doomed = await world.consumer(KILL_AT=step, ready=False, MESSAGE_MAX_AGE_MINUTES=age)
    await doomed.gone()
    await world.consumer(MESSAGE_MAX_AGE_MINUTES=age)
    await world.settled()
    told = [call for call in world.campfire.calls.all() if "I was away" in call.body]
    assert len(told) == 1, f"{step}: said {len(told)} times"


async def _cancelled(world: World, dice: random.Random) -> None:
    """Waiting ones and running ones, twice, after the end, and what never was."""
    await world.service()
    room, other = world.rooms(2)
    running = await world.say(room, "slow=3")
    waiting = await world.say_all(room, ["", "", "slow=0.2", ""])
    await world.say(other, "slow=0.5")
    await world.running(running)
    victims = dice.sample(waiting, 2)
    for message in [*victims, running, *victims, running]:
        await world.cancel(room, message)
    await world.settled()
    await asyncio.gather(*(world.cancel(room, message) for message in [running, *waiting, "1"]))
    await world.say(room)
    await world.settled()
    endings = await world.endings()
    assert {endings[message] for message in [*victims, running]} == {"cancelled"}, endings
    rest = set(endings) - {*victims, running}
    assert {endings[message] for message in rest} == {"completed"}, endings


SCENARIOS = [
    Scenario(name="messages too old", run=_too_old, fault="expiry"),
    Scenario(name="kill -9 while telling of old ones", run=_killed_while_telling, fault="expiry"),
    Scenario(name="cancelled messages", run=_cancelled, fault="cancel"),
]
