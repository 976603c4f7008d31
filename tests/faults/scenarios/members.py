"""Three consumers share the lanes; some are killed, frozen, or leave, others join: all at once."""

import asyncio
import random
import time
from collections import defaultdict
from typing import Any

from tests.faults.processes import Process
from tests.faults.scenarios.conversation import during
from tests.faults.scenarios.failovers import FAILOVER_S, WAITING, fail_over
from tests.faults.suite import Scenario
from tests.faults.world import World

NAMES = ("anna", "ben", "cleo")
JOINS = "dora"
LEASE_S = 3.0
ROOMS = 8
SHARED = {
    "SESSION_STORE": "redis",
    "FAULT_SESSIONS": "1",
    "LEASE_SECONDS": str(LEASE_S),
    # Who thaws is to hear of it, and is not ended by its watchdog before.
    "STUCK_AFTER_SECONDS": "30",
    # Fewer turns and clients than lanes: they are full, evict, and take over what others let go.
    "MAX_TURNS_AT_ONCE": "2",
    "MAX_HOT_SESSIONS": "4",
    "SPARE_SESSIONS": "0",
}


async def member(world: World, name: str, **options: Any) -> Process:
    """A consumer of this name, with a DATA_DIR of its own."""
    return await world.consumer(machine=name, MEMBER=name, **options)


async def three(world: World) -> dict[str, Process]:
    """They and an ingress, ready."""
    await world.ingress()
    started = await asyncio.gather(*(member(world, name) for name in NAMES))
    return dict(zip(NAMES, started, strict=True))


async def all_have_clients(members: dict[str, Process]) -> None:
    """Wait until each has a conversation open."""
    await asyncio.gather(*(it.logged("client_opened") for it in members.values()))


def assert_shared(world: World) -> None:
    """Else nothing was shown: conversations went on in other processes than they began in."""
    opened = defaultdict(set)
    for process in world.processes:
        for line in process.events():
            if line["event"] == "client_opened":
                opened[line["session"]].add(process.name)
    moved = sum(len(processes) > 1 for processes in opened.values())
    assert moved, f"none of {len(opened)} conversations went on elsewhere"


async def trouble(world: World, dice: random.Random, members: dict[str, Process]) -> None:
    """At one moment one is killed, one frozen past its lease, one leaves, and one joins."""
    names = dice.sample(sorted(members), 3)
    killed, frozen, leaves = (members[name] for name in names)
    ending = asyncio.gather(
        killed.kill(),
        world.freeze(frozen, LEASE_S * dice.uniform(1.3, 1.7)),
        leaves.terminate(),
        member(world, JOINS),
    )
    await world.pause(dice.uniform(0.5, 1.5))
    await member(world, names[0])
    *_, code, _ = await ending
    assert code == 0, f"who leaves ends with 0, not {code}"


async def _all_at_once(world: World, dice: random.Random) -> None:
    """Within one conversation of eight rooms."""
    members = await three(world)
    talk = during(world, dice, seconds=8, rooms=ROOMS, gap_s=0.7)
    await all_have_clients(members)
    await world.pause(dice.uniform(0.3, 1))
    await trouble(world, dice, members)
    await talk
    await world.settled(within_s=40)
    assert_shared(world)


def _round_after_round(rounds: int) -> Scenario:
    async def run(world: World, dice: random.Random) -> None:
        """The same again and again; whoever is gone comes back under its name."""
        members = await three(world)
        for _ in range(rounds):
            talk = during(world, dice, seconds=8, rooms=ROOMS, gap_s=0.7)
            await world.pause(dice.uniform(0.5, 1.5))
            await trouble(world, dice, members)
            await talk
            await world.settled(within_s=60)  # three crashes in a message's life end it
            members = await _three_again(world)
        assert_shared(world)

    return Scenario(
        name=f"three consumers, {rounds} rounds of trouble",
        run=run,
        fault="several consumers",
        short=False,
        world={"settings": SHARED},
        limit_s=rounds * 60,
    )


async def _three_again(world: World) -> dict[str, Process]:
    """All others leave, so that each name is one process's."""
    await asyncio.gather(*(process.terminate() for process in world.consumers()))
    started = await asyncio.gather(*(member(world, name) for name in NAMES))
    return dict(zip(NAMES, started, strict=True))


def _amid_a_failover(how: str, *, frozen: bool) -> Scenario:
    async def run(world: World, dice: random.Random) -> None:
        """Another master is chosen; meanwhile one of the consumers is killed, and one joins."""
        members = await three(world)
        world.history.longest_wait_s += FAILOVER_S
        talk = during(world, dice, seconds=10, rooms=ROOMS, gap_s=0.5)
        await all_have_clients(members)
        await world.pause(dice.uniform(0.5, 1.5))
        since = time.time()
        failing_over = asyncio.create_task(fail_over(world, frozen=frozen), name="fails over")
        await dice.choice(list(members.values())).kill()
        joining = asyncio.create_task(member(world, JOINS), name="joins")
        await failing_over
        world.deaf(since, hears_s=FAILOVER_S)
        await joining
        await talk
        await world.settled(within_s=60)
        assert_shared(world)

    return Scenario(
        name=f"three consumers, Redis' master {how}",
        run=run,
        fault="several consumers",
        short=False,
        world={**WAITING, "settings": {**SHARED, **WAITING["settings"]}},  # type: ignore[dict-item]
        limit_s=120,
    )


async def _deployed(world: World, dice: random.Random) -> None:
    """Each is followed by one of another name, which is ready before its predecessor is told to
    end: no turn is lost, and no lane stands still."""
    members = await three(world)
    talk = during(world, dice, seconds=8, rooms=ROOMS, gap_s=0.7)
    await all_have_clients(members)
    for name, old in members.items():
        await member(world, f"{name}-2")
        assert await old.terminate() == 0
    await talk
    await world.settled(within_s=40)
    assert_shared(world)


SCENARIOS = [
    Scenario(
        name="three consumers deployed, the new ones first",
        run=_deployed,
        fault="several consumers",
        world={"settings": SHARED},
    ),
    Scenario(
        name="three consumers, all at once",
        run=_all_at_once,
        fault="several consumers",
        world={"settings": SHARED},
    ),
    _round_after_round(6),
    _amid_a_failover("killed", frozen=False),
    _amid_a_failover("frozen", frozen=True),
]
