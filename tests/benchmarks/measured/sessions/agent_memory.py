"""What AGENT_MEMORY=small saves and costs, over an agent as it is: memory, a hot turn, CPU.

The two take the same turns side by side: short ones, ones with tools, and large ones that make the
context grow to megabytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from consumer.agent.agent_memory import AgentMemory
from consumer.sessions import SessionManager
from sandbox.model.server import running_model
from shared.bots import Bot
from shared.lane import Lane
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.cpu import cpu_s
from tests.benchmarks.memory import pss_mib
from tests.benchmarks.results.ratio import Ratio, median_ratio
from tests.session_settings import session_settings

TURNS = 200
BOT = Bot(
    id="assistant", name="Assistant", system_prompt="You help.", tools=("Read", "Grep", "Glob")
)
PAGE = "The quick brown fox jumps over the lazy dog and thinks about it.\n" * 120


@dataclass
class _Kind:
    """What was seen of one of the two."""

    seconds: list[float] = field(default_factory=list)
    pss_mib: list[float] = field(default_factory=list)
    cpu_s: float = 0.0


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """A lane each, turn by turn; memory is looked at after each of the later half."""
    seen = {memory: _Kind() for memory in AgentMemory}
    turns = workshop.times(TURNS)
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
                    await _turn(manager, seen[memory], number, turns)
    return _ratios(seen[AgentMemory.FULL], seen[AgentMemory.SMALL], turns)


async def _turn(manager: SessionManager, seen: _Kind, number: int, turns: int) -> None:
    result = await manager.run_turn(Lane(1, BOT.id), BOT, _words(number))
    assert result.pid is not None
    if number:  # the first one starts the process
        seen.seconds.append(result.duration)
    if number >= turns // 2:
        seen.pss_mib.append(pss_mib(result.pid))
    seen.cpu_s = cpu_s(result.pid)


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

    looks = len(full.pss_mib)
    held, held_full = (median(it.pss_mib) for it in (small, full))
    most, most_full = (max(it.pss_mib) for it in (small, full))
    cpu, cpu_full = (it.cpu_s / turns * 1000 for it in (small, full))
    return [
        ratio("PSS", "MiB", held, held_full, looks),
        ratio("PSS at most", "MiB", most, most_full, looks),
        ratio("CPU of the CLI a turn", "ms", cpu, cpu_full, turns),
        median_ratio("small agent, hot turn", ("small", small.seconds), ("full", full.seconds)),
    ]
