"""What is due while consumers die: each time comes once, and what is missed is said."""

import asyncio
import random
import signal

from sandbox.campfire.bot_api.answers import Mode
from tests.faults.suite import Scenario
from tests.faults.world import World

STEPS = (
    "on_time.firing",
    "on_time.fired",
    "turn.claimed",
    "turn.stored",
    "turn.posting",
    "turn.posted",
    "turn.recorded",
    "turn.settling",
)
SHORT = {"on_time.firing", "on_time.fired", "turn.posted"}
TWO_HOURS_S = 7200.0


def killed_at(step: str, mode: Mode = "main") -> Scenario:
    """A consumer dies at this step of what is due; the next one goes on."""

    async def run(world: World, dice: random.Random) -> None:
        room, other = world.rooms(2)
        await world.ingress()
        first = await world.consumer(SCHEDULE_ROOM=str(room))
        await world.schedule_planned()
        await first.terminate(30)
        await world.schedule_comes(room)
        late_s = dice.choice([0.0, 120.0])
        for where in (room, other):
            await world.reminder_comes(where, late_s=late_s)
            await world.reminder_comes(where, run=True)
            await world.reminder_comes(where, late_s=TWO_HOURS_S)
        doomed = await world.consumer(ready=False, KILL_AT=step, SCHEDULE_ROOM=str(room))
        await world.say(dice.choice([room, other]))
        assert await doomed.gone(20) == -signal.SIGKILL, f"{step} was never reached"
        await world.consumer(SCHEDULE_ROOM=str(room))
        await world.settled()

    return Scenario(
        name=f"kill -9 at {step} of what is due, {mode}",
        run=run,
        fault="kill -9 at a step",
        short=step in SHORT and mode == "main",
        world={"mode": mode},
    )


async def many_consumers(world: World, dice: random.Random) -> None:
    """Two look at what is due, die in turns, and stop beyond their lease."""
    rooms = world.rooms(4)
    await world.ingress()
    await world.supervised(SCHEDULE_ROOM=str(rooms[0]))
    await world.supervised(
        ready=False, SCHEDULE_ROOM=str(rooms[0]), DATA_DIR=str(world.folder / "another")
    )
    await world.schedule_planned()
    for fault in ("kill", "stop", "kill"):
        await world.schedule_comes(rooms[0])
        for room in rooms:
            await world.reminder_comes(room, run=dice.random() < 0.5)
            await world.say(room, "slow=0.05")
        await world.pause(dice.uniform(0, 0.4))
        consumer = dice.choice(world.consumers())
        if fault == "kill":
            await consumer.kill()
        else:
            consumer.signal(signal.SIGSTOP)
            await world.pause(2.5)
            consumer.signal(signal.SIGCONT)
        await world.settled(within_s=40)


async def redis_gone(world: World, dice: random.Random) -> None:
    """Redis is killed while times come; what was due meanwhile comes when it is back."""
    room, other = world.rooms(2)
    await world.ingress()
    await world.consumer(SCHEDULE_ROOM=str(room))
    await world.schedule_planned()
    await asyncio.gather(*(world.reminder_comes(where, in_s=0.3) for where in (room, other)))
    await world.schedule_comes(room)
    world.valkey.kill()
    await world.pause(dice.uniform(0.2, 1))
    world.valkey.start()
    await world.reminder_comes(other)
    await world.settled()


SCENARIOS = [
    *(killed_at(step) for step in STEPS),
    killed_at("turn.posted", "v1.4.9"),
    Scenario(name="what is due, and many consumers", run=many_consumers, fault="kill -9"),
    Scenario(name="what is due while Redis is gone", run=redis_gone, fault="Redis killed"),
]
