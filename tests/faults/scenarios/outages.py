"""Redis is killed, stopped, flapping, absent, full or read-only: nothing taken is lost."""

import os
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from tests.faults.scenarios.conversation import during
from tests.faults.suite import Scenario
from tests.faults.world import World

Outage = Callable[[World, random.Random], Awaitable[None]]


def _under_traffic(
    name: str, outage: Outage, *, seconds: float = 4, lasts: float = 0, short: bool = True
) -> Scenario:
    async def run(world: World, dice: random.Random) -> None:
        """People write on; everything recovers by itself."""
        await world.ingress()
        await world.supervised()
        world.history.longest_wait_s += lasts
        talk = during(world, dice, seconds=seconds + lasts, gap_s=0.2 + lasts / 60)
        await world.pause(1)
        await outage(world, dice)
        await talk
        await world.settled(within_s=40)

    return Scenario(name=f"Redis {name}", run=run, fault="Redis", short=short, limit_s=90 + lasts)


async def _killed(world: World, dice: random.Random) -> None:
    world.valkey.kill()
    await world.pause(dice.uniform(0.5, 1.5))
    world.valkey.start()


async def _flapping(world: World, dice: random.Random) -> None:
    for _ in range(5):
        world.valkey.kill()
        await world.pause(dice.uniform(0, 0.3))
        world.valkey.start()
        await world.pause(dice.uniform(0.05, 0.5))


def _stopped_for(seconds: float) -> Outage:
    async def outage(world: World, dice: random.Random) -> None:
        del dice
        async with _stopped(world):
            await world.pause(seconds)

    return outage


@asynccontextmanager
async def _stopped(world: World) -> AsyncIterator[None]:

    pid = world.valkey.pid or 0
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def _full(world: World, dice: random.Random) -> None:
    """Out of memory with noeviction: writes are refused, settling is not."""
    await world.redis.config_set("maxmemory", 1)
    await world.pause(dice.uniform(1, 2))
    await world.redis.config_set("maxmemory", 0)


async def _read_only(world: World, dice: random.Random) -> None:
    """As after a failover that took the primary's role away."""
    await world.redis.replicaof("127.0.0.1", "1")
    await world.pause(dice.uniform(1, 2))
    await world.redis.replicaof("NO", "ONE")


async def _absent_at_start(world: World, dice: random.Random) -> None:
    """Both processes start before Redis does, and a message comes before it too."""
    world.valkey.stop()
    await world.ingress()
    consumer = await world.consumer(ready=False)
    room, other = world.rooms(2)
    await world.say_all(room, ["", f"slow={dice.uniform(0, 0.2):.2f}"])
    world.valkey.start()
    await consumer.logged("consumer_ready")
    await world.say(room)
    await world.say(other)
    await world.settled()


async def _ingress_restarted_during(world: World, dice: random.Random) -> None:
    """What was spooled outlives the ingress and comes in order, once."""
    ingress, _ = await world.service()
    room = world.rooms(1)[0]
    await world.say(room)
    world.valkey.kill()
    spooled = await world.say(room)
    await world.say_all(room, ["", ""])
    await ingress.kill() if dice.random() < 0.5 else await ingress.terminate()
    await world.ingress()
    await world.say(room)
    await world.say(room, message=spooled)
    world.valkey.start()
    await world.say(room)
    await world.settled()


async def _disk_full_too(world: World, dice: random.Random) -> None:
    """Neither Redis nor the disk takes it: the room is told at once."""
    await world.ingress(FAULT_DISK="full")
    await world.consumer()
    room, other = world.rooms(2)
    await world.say(room)
    world.valkey.kill()
    await world.say_all(room, [""] * dice.randrange(1, 4))
    assert len(world.replies) >= 1, "the room must be told"
    world.valkey.start()
    await world.say(other)
    await world.settled()


async def _two_ingresses(world: World, dice: random.Random) -> None:
    """A rolling deploy of the ingress while Redis is away: two feed from one folder."""
    first = await world.ingress()
    await world.consumer()
    rooms = world.rooms(3)
    world.valkey.kill()
    for room in rooms:
        await world.say_all(room, [""] * 5)
    second = await world.another_ingress()
    for room in rooms:
        await world.say_all(room, [""] * 5)
    await world.pause(dice.uniform(0, 0.5))
    world.valkey.start()
    await world.settled()
    for process in (first, second):
        assert process.alive, f"{process.name} ended with {process.code}"


async def _a_spool_each(world: World, dice: random.Random) -> None:
    """Two machines take what is said in the same rooms while Redis is away: by turns, each onto its
    own disk. They feed side by side, and a lane goes by Campfire's numbers all the same."""
    await world.ingress()
    await world.consumer()
    rooms = world.rooms(3)
    world.valkey.kill()
    for room in rooms:
        await world.say_all(room, [""] * 5)
    await world.another_ingress(DATA_DIR=str(world.folder / "another"))
    for room in rooms:
        await world.say_all(room, [""] * 5)
    assert list((world.folder / "another").rglob("*.json")), "it keeps nothing of its own"
    await world.pause(dice.uniform(0, 0.5))
    world.valkey.start()
    await world.settled()


SCENARIOS = [
    _under_traffic("killed and back", _killed),
    _under_traffic("stopped for 1 s", _stopped_for(1)),
    _under_traffic("stopped for 3 s, past the lease", _stopped_for(3), lasts=2),
    _under_traffic("stopped for 10 s", _stopped_for(10), lasts=10, short=False),
    _under_traffic("stopped for 60 s", _stopped_for(60), lasts=60, short=False),
    _under_traffic("flapping", _flapping),
    _under_traffic("out of memory", _full),
    _under_traffic("read-only", _read_only),
    Scenario(name="Redis absent at start", run=_absent_at_start, fault="Redis"),
    Scenario(name="Redis away and disk full", run=_disk_full_too, fault="Redis"),
    Scenario(name="two ingresses, one spool", run=_two_ingresses, fault="Redis"),
    Scenario(name="two ingresses, a spool each", run=_a_spool_each, fault="Redis"),
    Scenario(name="ingress restarted without Redis", run=_ingress_restarted_during, fault="Redis"),
]
