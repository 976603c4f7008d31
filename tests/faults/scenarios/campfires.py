"""Campfire fails: retried or told, never doubled, never swallowed; on both of its releases."""

import random
from collections.abc import Iterable
from typing import Any

from sandbox.campfire.bot_api.answers import Mode
from tests.faults.suite import Scenario
from tests.faults.world import BOT, World

MODES: tuple[Mode, ...] = ("main", "v1.4.9")
Troubles = Iterable[dict[str, Any]]


def _posts_suffer(name: str, *troubles: dict[str, Any], short: bool = True) -> list[Scenario]:
    async def run(world: World, dice: random.Random) -> None:
        """One room's posts suffer; it is answered all the same, and others do not feel it."""
        await world.service()
        rooms = world.rooms(3)
        for trouble in troubles:
            world.trouble(**{"method": "POST", "room_id": rooms[0], **trouble})
        for room in dice.sample(rooms, 3):
            await world.say_all(room, ["", "slow=0.1", ""])
        await world.settled(within_s=60)

    return [
        Scenario(
            name=f"Campfire {mode}: {name}",
            run=run,
            fault="Campfire",
            short=short,
            world={"mode": mode},
        )
        for mode in MODES
    ]


async def _key_rotated(world: World, dice: random.Random) -> None:
    """302 for every post: nobody in the room can be told, and nothing is tried for ever."""
    await world.service()
    room, other = world.rooms(2)
    world.history.unreachable.add(f"{room}:{BOT}")
    world.trouble("status", status=302, headers={"Location": "/session/new"}, room_id=room, times=2)
    await world.say_all(room, ["", f"slow={dice.uniform(0, 0.1):.2f}", ""])
    await world.say(other)
    await world.settled()


async def _down(world: World, dice: random.Random) -> None:
    """Campfire is down for some seconds and answers 503, then everybody is answered, in order."""
    await world.service()
    world.trouble("status", status=503, times=dice.randrange(30, 40))
    for room in world.rooms(3):
        await world.say_all(room, ["", ""])
    await world.settled(within_s=80)


SCENARIOS = [
    *_posts_suffer(
        "5xx and 429",
        {"kind": "status", "status": 503, "times": 2},
        {"kind": "status", "status": 429, "headers": {"Retry-After": "1"}},
    ),
    *_posts_suffer("cut before it stored", {"kind": "drop", "when": "before"}),
    *_posts_suffer("cut after it stored", {"kind": "drop", "when": "after"}),
    *_posts_suffer("500 after it stored", {"kind": "status", "status": 500, "when": "after"}),
    *_posts_suffer(
        "timeout after it stored", {"kind": "delay", "when": "after", "seconds": 12}, short=False
    ),
    *_posts_suffer(
        "slow", {"kind": "delay", "seconds": 1.5}, {"kind": "slow_body", "seconds": 0.1}
    ),
    Scenario(name="Campfire: key rotated", run=_key_rotated, fault="Campfire"),
    Scenario(name="Campfire: down", run=_down, fault="Campfire", short=False),
]
