"""Messages that do harm: they die alone, the room is told, the lane goes on, the rest is well."""

import json
import random

from tests.deliveries import delivery
from tests.faults.suite import Scenario
from tests.faults.world import BOT, KEY, World


async def _kills_its_process(world: World, dice: random.Random) -> None:
    """Alone in its turn it takes the process down each time, whatever runs beside it."""
    await world.ingress()
    await world.supervised()
    rooms = world.rooms(5)
    for room in rooms[1:]:
        await world.say_all(room, [f"slow={dice.uniform(0.3, 1):.2f}" for _ in range(3)])
    poison = await world.say(rooms[0], "crash=99")
    world.history.culprits.add(poison)
    await world.say_all(rooms[0], ["", "slow=0.1"])
    await world.settled(within_s=45)


async def _kills_it_twice(world: World, dice: random.Random) -> None:
    """Two crashes are not three: it is answered in the end, and so is everybody else."""
    await world.ingress()
    await world.supervised()
    rooms = world.rooms(3)
    await world.say(rooms[0], "crash=2")
    for room in rooms:
        await world.say_all(room, [f"slow={dice.uniform(0.1, 0.5):.2f}", ""])
    await world.settled(within_s=45)


async def _two_culprits(world: World, dice: random.Random) -> None:
    """Two of them at once, in two lanes: each is found, nobody else pays."""
    await world.ingress()
    await world.supervised()
    rooms = world.rooms(4)
    for room in dice.sample(rooms, 2):
        world.history.culprits.add(await world.say(room, "crash=99"))
    for room in rooms:
        await world.say_all(room, ["slow=0.3", ""])
    await world.settled(within_s=60)


async def _fails(world: World, dice: random.Random) -> None:
    """It hangs, or a bug raises, or the model is overloaded for a moment."""
    await world.service()
    rooms = world.rooms(3)
    for room, order in zip(rooms, dice.sample(["hang", "raise", "flaky=1"], 3), strict=True):
        message = await world.say(room, order)
        if order != "flaky=1":
            world.history.failing.add(message)
        await world.say_all(room, ["", ""])
    await world.settled(within_s=60)


async def _overloaded_for_long(world: World, dice: random.Random) -> None:
    """The model stays overloaded: told after some tries, and the lane goes on."""
    await world.service()
    room, other = world.rooms(2)
    world.history.failing.add(await world.say(room, "flaky=99"))
    await world.say_all(room, ["", f"slow={dice.uniform(0, 0.1):.2f}"])
    await world.say(other)
    await world.settled(within_s=60)


async def _nonsense(world: World, dice: random.Random) -> None:
    """What is no message gets an empty 4xx, and what is one still gets its answer."""
    await world.service()
    room = world.rooms(1)[0]
    bad = _bad_bodies(room)
    for name in dice.sample(sorted(bad), len(bad)):
        await world.refused(name, bad[name])
    await world.refused("unknown bot", _body(room), bot="nobody")
    await world.refused("wrong key", _body(room, key="9-000000000000"))
    await world.say(room)
    await world.settled()


def _bad_bodies(room: int) -> dict[str, bytes]:
    whole = _body(room)
    return {
        "10 MB": _body(room, plain="x" * 10_000_000),
        "NUL": _body(room, plain="a\0b"),
        "lone surrogate": whole.replace(b"say-1", b"\\ud800"),
        "cut": whole[:-7],
        "empty": b"",
        "not UTF-8": whole.replace(b"say-1", b"\xff\xfe"),
        "wrong types": whole.replace(b'"id": 1,', b'"id": "one",'),
        "a list": b"[]",
        "deep": b"[" * 100_000,
    }


def _body(room: int, key: str = KEY, plain: str = "say-1") -> bytes:
    return json.dumps(delivery(key=key, room_id=room, message_id=1, plain=plain)).encode()


async def _unknown_room(world: World, dice: random.Random) -> None:
    """A room that Campfire does not know: nobody can be told there; other rooms do not feel it."""
    await world.service()
    gone = 90_000 + dice.randrange(1000)
    world.history.unreachable.add(f"{gone}:{BOT}")
    await world.say_all(gone, ["", ""])
    await world.say_all(world.rooms(1)[0], ["", ""])
    await world.settled()


SCENARIOS = [
    Scenario(name="a message kills its process", run=_kills_its_process, fault="poison"),
    Scenario(name="a message kills it twice", run=_kills_it_twice, fault="poison"),
    Scenario(name="two messages kill it", run=_two_culprits, fault="poison"),
    Scenario(name="messages that fail", run=_fails, fault="poison"),
    Scenario(name="an overloaded model", run=_overloaded_for_long, fault="poison", short=False),
    Scenario(name="what is no message", run=_nonsense, fault="poison"),
    Scenario(name="a room that is gone", run=_unknown_room, fault="poison"),
]
