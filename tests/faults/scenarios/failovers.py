"""The master of Redis is killed or frozen, and sentinels choose another: nothing taken is lost."""

import random
from typing import Any

from tests.faults.scenarios.conversation import during
from tests.faults.suite import Scenario
from tests.faults.world import World

FAILOVER_S = 9.0
"""What a failover may add to a message's wait, the worker's longest wait for an answer included."""
PATIENT = {"TURN_TIMEOUT_SECONDS": "30"}
"""A turn that the failover cut off has the time for another attempt, as it has by default."""
WAITING = {"replicas": 2, "settings": {"REDIS_WAIT_REPLICAS": "1", **PATIENT}}
"""A world in which what is taken is with a replica too: with one of the two after a failover."""


async def fail_over(world: World, *, frozen: bool) -> None:
    """The master dies, or stands still; another takes over, and who was it comes back after it."""
    world.sentinels.stop_master() if frozen else world.sentinels.kill_master()
    await world.sentinels.failed_over()
    world.sentinels.start_again()


def _under_traffic(name: str, *, frozen: bool, **world_options: Any) -> Scenario:
    async def run(world: World, dice: random.Random) -> None:
        """People write on; everything recovers by itself."""
        await world.ingress()
        await world.supervised()
        world.history.longest_wait_s += FAILOVER_S
        talk = during(world, dice, seconds=8, gap_s=0.2)
        await world.pause(dice.uniform(0.5, 1.5))
        await fail_over(world, frozen=frozen)
        await talk
        await world.settled(within_s=40)

    return Scenario(
        name=f"Redis' master {name}", run=run, fault="failover", short=False, world=world_options
    )


SCENARIOS = [
    _under_traffic("killed", frozen=False, replicas=1, settings=PATIENT),
    _under_traffic("killed, what is taken is with a replica", frozen=False, **WAITING),
    _under_traffic("frozen, what is taken is with a replica", frozen=True, **WAITING),
]
