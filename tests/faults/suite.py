"""Runs scenarios, each in a world of its own, and tells what was promised and broken."""

import asyncio
import random
import shutil
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.faults.checker import violations
from tests.faults.history import History, Violation
from tests.faults.journal import complete, leftovers
from tests.faults.processes import Fleet
from tests.faults.world import World

LEFT_ALONE_S = 2.0
"""How long what a settled message leaves may take to go (a consumer deletes it right after)."""
MOST_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One row, or part of a row, of the failure table."""

    name: str
    run: Callable[[World, random.Random], Awaitable[None]]
    fault: str
    """The kind of fault, for the counts."""
    short: bool = True
    """Part of `make test`."""
    world: dict[str, Any] = field(default_factory=dict)
    limit_s: float = 90.0
    faults: Counter[str] = field(default_factory=Counter)
    """Faults by kind, where the scenario chose them itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one scenario."""

    scenario: Scenario
    seed: int
    history: History
    violations: list[Violation]
    trouble: str
    """Why the scenario itself did not come to its end; empty when it did."""
    noise: list[str]
    seconds: float
    unasked: str = ""
    """A fault that the scenario did not make: of what it is for, this run tells nothing."""
    tries: int = 1

    @property
    def good(self) -> bool:
        """Whether every promise was kept."""
        return not (self.violations or self.trouble or self.unasked)

    def outcomes(self) -> Counter[str]:
        """How many messages ended how."""
        ended = {event.message: event.detail for event in self.history.of("settled")}
        taken = {event.message for event in self.history.of("acknowledged")}
        counts = Counter(ended.get(message, "no outcome") for message in taken)
        counts["bounced"] += sum(1 for _ in self.history.of("bounced"))
        return +counts


async def run(scenario: Scenario, seed: int, fleet: Fleet, folder: Path) -> Result:
    """Run one scenario, complete its history, check it; again where another fault came between."""
    for tries in range(1, MOST_TRIES + 1):
        result = replace(await _once(scenario, seed, fleet, folder / str(tries)), tries=tries)
        if not result.unasked:
            break
    return result


async def _once(scenario: Scenario, seed: int, fleet: Fleet, folder: Path) -> Result:
    began, trouble = time.monotonic(), ""
    async with World(folder, fleet, **scenario.world) as world:
        try:
            async with asyncio.timeout(scenario.limit_s):
                # The name is part of the seed: a scenario's dice do not depend on which ran before.
                await scenario.run(world, random.Random(f"{seed}/{scenario.name}"))
        except Exception as error:  # noqa: BLE001 - told with its history, which is what explains it
            trouble = _in_short(error)
        if trouble:
            await world.stop_everything()  # or the history would go on while it is read
        world.redis_returns()
        history = await complete(world)
        if not trouble:
            history.leaks += await _settled_leftovers(world)
        unasked = world.unasked
        noise = [f"{p.name}: {line}" for p in world.processes for line in p.noise()]
    return Result(
        scenario=scenario,
        seed=seed,
        history=history,
        violations=violations(history),
        trouble=trouble,
        noise=noise,
        seconds=time.monotonic() - began,
        unasked=unasked,
    )


def _in_short(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "tests/faults" in frame.filename]
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.line}" for frame in ours]
    return "\n".join([*places, f"{type(error).__name__}: {error}"])


async def _settled_leftovers(world: World) -> list[str]:
    deadline = time.monotonic() + LEFT_ALONE_S
    while (found := await leftovers(world)) and time.monotonic() < deadline:
        await asyncio.sleep(0.1)
    return found


async def run_all(
    scenarios: Iterable[Scenario],
    seed: int,
    tell: Callable[[Result], None],
    kept: Path | None = None,
) -> list[Result]:
    """Run them one after the other; `kept` gets the worlds in which a promise broke."""
    results = []
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        async with Fleet() as fleet:
            for number, scenario in enumerate(scenarios):
                result = await run(scenario, seed, fleet, world := Path(folder) / str(number))
                if kept and (not result.good or result.tries > 1):
                    _keep(result, world, kept / f"{seed}-{number}")
                results.append(result)
                tell(result)
    return results


def _keep(result: Result, world: Path, folder: Path) -> None:
    """What happened, whole, beside the files of its tries: its servers' logs tell the rest."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)  # an earlier run's with this seed
    shutil.move(world, folder)
    events = [f"{event.at:.3f} {event}\n" for event in result.history.events]
    (folder / "events.txt").write_text("".join(events), encoding="utf-8")
    (folder / "noise.txt").write_text("\n".join(result.noise), encoding="utf-8")
