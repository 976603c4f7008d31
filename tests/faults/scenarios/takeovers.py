"""A consumer stands still past its lease, or two want the queue: the old one does nothing more."""

import random
import signal

from tests.conftest import eventually
from tests.faults.processes import Process
from tests.faults.scenarios.conversation import during
from tests.faults.suite import Scenario
from tests.faults.world import LEASE_S, World


def _stopped(machine: str) -> Scenario:
    async def run(world: World, dice: random.Random) -> None:
        """SIGSTOP in the middle of turns, a second one takes over, SIGCONT."""
        _, old = await world.service()
        rooms = world.rooms(3)
        for room in rooms:
            await world.say_all(room, [f"slow={dice.uniform(0.4, 0.8):.2f}", "slow=0.1", ""])
        new = await world.consumer(ready=False, machine=machine)
        await world.pause(dice.uniform(0.1, 0.3))
        old.signal(signal.SIGSTOP)
        await new.logged("consumer_ready")
        await world.settled()
        old.signal(signal.SIGCONT)
        assert await old.gone() != 0, "a consumer that lost its queue must say so"
        await world.say(rooms[0])
        await world.settled()

    name = f"SIGSTOP past the lease, successor on {machine} machine"
    return Scenario(name=name, run=run, fault="SIGSTOP")


async def _continued_amid_the_successor(world: World, dice: random.Random) -> None:
    """The old one comes back while the new one runs the very same message."""
    _, old = await world.service()
    room = world.rooms(1)[0]
    await world.say_all(room, ["slow=0.6", "slow=0.6", "slow=0.6"])
    new = await world.consumer(ready=False, machine="another")
    await world.pause(dice.uniform(0.2, 0.4))
    old.signal(signal.SIGSTOP)
    await new.logged("turn_claimed")
    await world.pause(dice.uniform(0, 0.3))
    old.signal(signal.SIGCONT)
    await old.gone()
    await world.settled()


async def _shorter_than_the_lease(world: World, dice: random.Random) -> None:
    """A pause within the lease costs nothing: no takeover, no second run."""
    _, consumer = await world.service()
    waiting = await world.consumer(ready=False, machine="another")
    room = world.rooms(1)[0]
    await world.say(room, "slow=0.4")
    await world.pause(0.1)
    consumer.signal(signal.SIGSTOP)
    await world.pause(LEASE_S * dice.uniform(0.1, 0.3))
    consumer.signal(signal.SIGCONT)
    await world.settled()
    assert consumer.alive
    assert not [line for line in waiting.events() if line["event"] == "consumer_ready"]


async def _two_at_once(world: World, dice: random.Random) -> None:
    """Two consumers from the start; whoever owns the queue is killed, again and again."""
    await world.ingress()
    for machine in ("one", "another"):
        await world.consumer(ready=False, machine=machine)
    talk = during(world, dice, seconds=5)
    for turn in range(2):
        owner = await _owner(world)
        await world.pause(dice.uniform(0.2, 0.8))
        await owner.kill()
        await world.consumer(ready=False, machine=("one", "another")[turn])
    await talk
    await world.settled()


async def _owner(world: World) -> Process:
    async def found() -> Process | None:
        for process in world.consumers():
            if any(line["event"] == "consumer_ready" for line in process.events()):
                return process
        return None

    owner: Process = await eventually(found)
    return owner


async def _blocked_past_the_lease(world: World, dice: random.Random) -> None:
    """The loop is stuck for longer than the lease; a successor waits."""
    _, old = await world.service()
    rooms = world.rooms(2)
    await world.say_all(rooms[1], ["slow=1", ""])
    blocking = await world.say(rooms[0], f"block={dice.uniform(2.5, 3.2):.2f}")
    await world.say(rooms[0])
    await world.running(blocking)
    new = await world.consumer(ready=False, machine="another")
    await new.logged("consumer_ready")
    await old.gone()
    await world.settled()


async def _blocked_for_good(world: World, dice: random.Random) -> None:
    """The loop is stuck for longer than the watchdog allows: ended, and started again."""
    await world.ingress()
    await world.supervised(STUCK_AFTER_SECONDS="2")
    room, other = world.rooms(2)
    await world.say(room, "block=30")
    await world.say_all(room, ["", ""])
    await world.say(other, f"slow={dice.uniform(0, 0.3):.2f}")
    await world.settled(within_s=40)
    codes = [process.code for process in world.processes if process.code is not None]
    assert codes == [70], f"the watchdog ends the process with 70, not {codes}"


SCENARIOS = [
    _stopped("another"),
    _stopped("one"),
    Scenario(
        name="SIGCONT amid the successor's turn",
        run=_continued_amid_the_successor,
        fault="SIGSTOP",
    ),
    Scenario(name="SIGSTOP within the lease", run=_shorter_than_the_lease, fault="SIGSTOP"),
    Scenario(name="two consumers at once", run=_two_at_once, fault="kill -9"),
    Scenario(
        name="event loop blocked past the lease", run=_blocked_past_the_lease, fault="blocked loop"
    ),
    Scenario(name="event loop blocked for good", run=_blocked_for_good, fault="blocked loop"),
]
