"""Whom a bot does not answer, while its consumer dies: told, not answered; the rest goes on."""

import random
import signal
from functools import partial

from tests.faults.processes import ROOT
from tests.faults.suite import Scenario
from tests.faults.world import BOT, World

STEPS = (
    "turn.claimed",
    "turn.answered",
    "turn.stored",
    "turn.posted",
    "turn.recorded",
    "turn.settling",
    "turn.settled",
)


async def _killed_at(world: World, dice: random.Random, step: str) -> None:
    """Of three rooms the file names one; the consumer dies while it refuses in the others."""
    rooms = world.rooms(3)
    bots = _bots(world, rooms[0])
    world.history.closed |= {f"{room}:{BOT}" for room in rooms[1:]}
    await world.ingress(BOTS_DIR=bots)
    at = f"{step}#{dice.randint(1, 2)}"
    doomed = await world.consumer(ready=False, KILL_AT=at, BOTS_DIR=bots)
    for room in rooms[1:]:
        await world.say_all(room, ["", "", ""])
    await world.say_all(rooms[0], ["", "slow=0.05"])
    assert await doomed.gone(20) == -signal.SIGKILL, f"{step} was never reached"
    await world.consumer(BOTS_DIR=bots)
    await world.settled()


def _bots(world: World, room: int) -> str:
    folder = world.folder / "bots"
    folder.mkdir()
    text = (ROOT / "bots" / f"{BOT}.yaml").read_text(encoding="utf-8")
    (folder / f"{BOT}.yaml").write_text(f"{text}\nrooms: {{answer: [{room}]}}\n", encoding="utf-8")
    return str(folder)


SCENARIOS = [
    Scenario(
        name=f"kill -9 while refusing, {step}, {mode}",
        run=partial(_killed_at, step=step),
        fault="kill -9 while refusing",
        world={"mode": mode},
    )
    for step in STEPS
    for mode in ("main", "v1.4.9")
]
