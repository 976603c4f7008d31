"""kill -9 of the consumer at every named step, and of the ingress around its accept."""

import random
import signal

from consumer.campfire.bodies.sgids import unsigned
from sandbox.campfire.rails.signed_ids import sgid_of
from shared.kill_points import STEPS
from tests.conftest import eventually
from tests.faults.suite import Scenario
from tests.faults.world import BOT_USER, World

LANES = 3
NAMING = ("turn.editing", "turn.edited")
"""Around the edit that makes the asker's name, which was text, a mention."""
NEEDED = {
    "turn.postponed": "flaky=1",
    "turn.file_kept": "files=1",
    **dict.fromkeys(NAMING, "name=1"),
}
"""What a message must order for a step to be reached."""
IDS = (unsigned(1), sgid_of(1))
"""With what Ada is mentioned, at first and from then on."""


def consumer_killed_at(step: str) -> Scenario:
    """A consumer dies at this step; the next one, already waiting, goes on."""

    async def run(world: World, dice: random.Random) -> None:
        await world.ingress()
        if step == "queue.reclaimed":
            await _leave_something_running(world)
        doomed = await world.consumer(ready=False, KILL_AT=step)
        for room in world.rooms(LANES):
            orders = [NEEDED.get(step, ""), "slow=0.05", ""]
            dice.shuffle(orders)
            await world.say_all(room, orders)
        assert await doomed.gone(20) == -signal.SIGKILL, f"{step} was never reached"
        await world.consumer()
        await world.settled()

    return Scenario(name=f"kill -9 at {step}", run=run, fault="kill -9 at a step")


async def _leave_something_running(world: World) -> None:
    first = await world.consumer()
    message = await world.say(world.rooms(1)[0], "slow=1")
    await world.running(message)
    await first.kill()


def killed_while_naming(step: str) -> Scenario:
    """A consumer dies around the edit: one answer, in which the asker is drawn, and told next."""

    async def run(world: World, dice: random.Random) -> None:
        await world.ingress()
        doomed = await world.consumer(ready=False, KILL_AT=step)
        room = dice.choice(world.rooms(2))
        await world.say(room, "name=1")
        assert await doomed.gone(20) == -signal.SIGKILL, f"{step} was never reached"
        await world.consumer()
        await world.settled()
        await world.say(room, "name=1")
        await world.settled()
        posts = world.campfire.chat.messages.before(room, None, 100)
        bodies = [post.html or "" for post in posts if post.creator_id == BOT_USER]
        assert [f'sgid="{sgid}"' in body for sgid, body in zip(IDS, bodies, strict=True)] == [
            True,
            True,
        ], bodies
        await eventually(lambda: _told(world))  # by the stand-in's worker, beside its answer
        assert _told_whom(world) == [("Ada Admin",)]

    return Scenario(name=f"kill -9 while naming, {step}", run=run, fault="kill -9 at a step")


async def _told(world: World) -> bool:
    return bool(_told_whom(world))


def _told_whom(world: World) -> list[tuple[str, ...]]:
    return [push.to for push in world.campfire.pushes.all()]


def ingress_killed_at(step: str) -> Scenario:
    """The ingress dies before its answer; a repeated delivery is one message."""

    async def run(world: World, dice: random.Random) -> None:
        await world.consumer()
        doomed = await world.ingress(KILL_AT=f"{step}#2")
        room, other = world.rooms(2)
        await world.say(room, "slow=0.3")
        message = await world.say(room)
        assert await doomed.gone() == -signal.SIGKILL, f"{step} was never reached"
        await world.ingress()
        await world.say(room, message=message)
        await world.say(room, message=message)
        await world.say(dice.choice([room, other]))
        await world.settled()

    return Scenario(name=f"kill -9 at {step}", run=run, fault="kill -9 at a step")


async def killed_again_and_again(world: World, dice: random.Random) -> None:
    """kill -9 at random moments, a new consumer each time.

    Twice at most in the life of a message: three crashes are a dead letter by design.
    """
    await world.ingress()
    for _ in range(4):
        for _ in range(2):
            consumer = await world.consumer()
            await _talk(world, dice)
            await world.pause(dice.uniform(0, 0.15))
            await consumer.kill()
        last = await world.consumer()
        await world.settled(within_s=40)
        await last.kill()


async def _talk(world: World, dice: random.Random) -> None:
    for _ in range(dice.randrange(4, 12)):
        await world.say(dice.choice(world.rooms(6)), f"slow={dice.uniform(0, 0.1):.2f}")


SCENARIOS = [
    *(consumer_killed_at(step) for step in STEPS if step.startswith(("turn.", "queue."))),
    *(ingress_killed_at(step) for step in STEPS if step.startswith("ingress.")),
    *map(killed_while_naming, NAMING),
    Scenario(name="kill -9 at random moments", run=killed_again_and_again, fault="kill -9"),
]
