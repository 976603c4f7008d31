"""What AGENT_MEMORY=small saves and costs, over an agent as it is: memory, a hot turn, CPU.

The two take the same turns side by side: short ones, ones with tools, and large ones that make the
context grow to megabytes. Memory is looked at where an agent has rested for some seconds, as nearly
all hot ones do: until then it holds what its turns left, the more the faster they came.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from consumer.agent.agent_memory import AgentMemory
from consumer.agent.memory_share import MIB, private_bytes
from consumer.sessions import SessionManager
from sandbox.model.server import running_model
from shared.bots import Bot
from shared.lane import Lane
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.cpu import cpu_s
from tests.benchmarks.results.ratio import Ratio, median_ratio
from tests.session_settings import session_settings

TURNS, LOOKS_AFTER = 200, (0.2, 0.5, 1.0)
"""Turns, and after which shares of them memory is looked at."""
RESTED_S = 6.0
"""Within five its runtime gave back what it had to give (CLI 2.1.330)."""
BOT = Bot(
    id="assistant", name="Assistant", system_prompt="You help.", tools=("Read", "Grep", "Glob")
)
PAGE = "The quick brown fox jumps over the lazy dog and thinks about it.\n" * 120


@dataclass
class _Kind:
    """What was seen of one of the two."""

    seconds: list[float] = field(default_factory=list)
    rested_mib: dict[int, float] = field(default_factory=dict)
    """What its process alone held, by how many turns it had: the bound on memory counts that."""
    cpu_s: float = 0.0
    pid: int = 0


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """A lane each, turn by turn."""
    seen = {memory: _Kind() for memory in AgentMemory}
    turns = workshop.times(TURNS)
    looks = {round(turns * share) for share in LOOKS_AFTER}
    async with running_model() as model:
        managers = {
            memory: SessionManager(
                session_settings(
                    workshop.folder / memory,
                    api_key="a-key",
                    base_url=model.base_url,
                    agent_memory=memory,
                    spares=0,
                    session_max_turns=2 * TURNS,
                )
            )
            for memory in AgentMemory
        }
        async with managers[AgentMemory.FULL], managers[AgentMemory.SMALL]:
            for number in range(turns):
                for memory, manager in managers.items():
                    await _turn(manager, seen[memory], number)
                if number + 1 in looks:
                    await _rest(seen.values(), number + 1)
    return _ratios(seen[AgentMemory.FULL], seen[AgentMemory.SMALL], turns)


async def _turn(manager: SessionManager, seen: _Kind, number: int) -> None:
    result = await manager.run_turn(Lane(1, BOT.id), BOT, _words(number))
    assert result.pid is not None
    if number:  # the first one starts the process
        seen.seconds.append(result.duration)
    seen.pid, seen.cpu_s = result.pid, cpu_s(result.pid)


async def _rest(kinds: Iterable[_Kind], turns: int) -> None:
    await asyncio.sleep(RESTED_S)  # the rest itself is what is asked for
    for seen in kinds:
        seen.rested_mib[turns] = private_bytes(seen.pid) / MIB


def _words(number: int) -> str:
    """Each fourth a short one, one with a tool, one that is answered at length, a large one."""
    kinds = ("echo short", 'tool Grep {"pattern": "fox"}', "long 4000", f"{PAGE}\nlong 2000")
    return kinds[number % len(kinds)]


def _ratios(full: _Kind, small: _Kind, turns: int) -> list[Ratio]:
    def ratio(name: str, unit: str, of: float, over: float, count: int) -> Ratio:
        return Ratio(
            name=f"small agent, {name}",
            of=f"small, {of:.0f} {unit}",
            over=f"full, {over:.0f} {unit}",
            value=of / over,
            count=count,
        )

    cpu, cpu_full = (it.cpu_s / turns * 1000 for it in (small, full))
    return [
        *(
            ratio(f"memory at rest, {after} turns", "MiB", small.rested_mib[after], held, after)
            for after, held in full.rested_mib.items()
        ),
        ratio("CPU of the CLI a turn", "ms", cpu, cpu_full, turns),
        median_ratio("small agent, hot turn", ("small", small.seconds), ("full", full.seconds)),
    ]
