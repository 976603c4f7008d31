"""Many lanes under a memory bound: what all clients hold at most, who is answered, how late, and
where the time goes; with full agents, and with small ones. The SDK alone sets the mark.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import psutil

from consumer.agent.agent_memory import AgentMemory
from consumer.agent.events import Started, TurnEvent
from consumer.sessions import SessionManager
from shared.bots import Bot
from shared.lane import Lane
from tests.acceptance.environment import API_KEY
from tests.acceptance.stack import Stack
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.results.ratio import Ratio, p99
from tests.benchmarks.sdk import bare_client, turn_seconds
from tests.session_settings import session_settings

LANES, AT_ONCE = 200, 10
STARTING = 2
"""Clients that start side by side, as ours do."""
BOUND_MB, QUICK_BOUND_MB = 2048, 380
SAMPLE_S = 0.1
MIB = 1024 * 1024
BOT = Bot(id="assistant", name="Assistant", system_prompt="You help in a chat room.")


@dataclass
class _Bare:
    """The SDK alone, in seconds."""

    hot: list[float] = field(default_factory=list)
    started: list[float] = field(default_factory=list)
    """Turns that begin with a new client, as many wanted at once as of ours."""


@dataclass
class _Run:
    """What came of it."""

    lanes: int = 0
    asked: int = 0
    answered: int = 0
    turns: list[float] = field(default_factory=list)
    until_session: list[float] = field(default_factory=list)
    """Of those, until there was a client to ask."""
    most_bytes: int = 0
    evicted: int = 0


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """Two messages a lane, ten lanes at a time, each lane's second after everybody's first."""
    bound = QUICK_BOUND_MB if workshop.quick else BOUND_MB
    stack = Stack(workshop.folder, redis_url=workshop.valkey.url)
    await stack.sandbox.start()
    try:
        await stack.sandbox.log.event("sandbox_ready")
        model = f"{stack.sandbox_url}/model"
        bare = await _bare(workshop, model)
        ratios = []
        for memory in AgentMemory:
            settings = session_settings(
                workshop.folder / memory,
                api_key=API_KEY,
                base_url=model,
                memory_mb=bound,
                agent_memory=memory,
            )
            run = await _run(workshop, SessionManager(settings))
            ratios += _ratios(run, bare, bound, f"{run.lanes} lanes, {memory} agents")
    finally:
        await stack.stop()
    return ratios


async def _bare(workshop: Workshop, model: str) -> _Bare:
    bare, free = _Bare(), asyncio.Semaphore(AT_ONCE)
    starting = asyncio.Semaphore(STARTING)
    async with bare_client(workshop.folder / "sdk", model) as client:
        bare.hot = [await turn_seconds(client, f"echo {number}") for number in range(10)][2:]

    async def start(folder: Path) -> None:
        async with free:
            began = time.perf_counter()
            await starting.acquire()
            async with bare_client(folder, model) as client:
                starting.release()
                await turn_seconds(client, "echo one")
                bare.started.append(time.perf_counter() - began)

    folders = [workshop.folder / f"sdk-{number}" for number in range(workshop.times(LANES))]
    await asyncio.gather(*map(start, folders))
    return bare


async def _run(workshop: Workshop, manager: SessionManager) -> _Run:
    run = _Run()
    words = ("one",) if workshop.quick else ("one", "two")
    async with manager as sessions, _sampled(run):
        await _all_lanes(sessions, run, workshop.times(LANES), words)
        run.evicted = sessions.stats().evicted
    return run


async def _all_lanes(
    sessions: SessionManager, run: _Run, lanes: int, rounds: Sequence[str]
) -> None:
    free = asyncio.Semaphore(AT_ONCE)

    async def turn(room: int, words: str) -> None:
        def heard(event: TurnEvent) -> None:
            if isinstance(event, Started):
                run.until_session.append(time.perf_counter() - began)

        async with free:
            began = time.perf_counter()
            result = await sessions.run_turn(
                Lane(room, BOT.id), BOT, f"echo {words}", on_event=heard
            )
            run.turns.append(time.perf_counter() - began)
            run.answered += result.text == words

    run.lanes = lanes
    for words in rounds:
        run.asked += lanes
        await asyncio.gather(*(turn(room, words) for room in range(1, lanes + 1)))


@asynccontextmanager
async def _sampled(run: _Run) -> AsyncIterator[None]:
    """Look every moment at what all CLIs of this process hold for themselves."""

    async def sample() -> None:
        while True:
            run.most_bytes = max(run.most_bytes, await asyncio.to_thread(_held))
            await asyncio.sleep(SAMPLE_S)

    sampling = asyncio.create_task(sample())
    try:
        yield
    finally:
        sampling.cancel()
        await asyncio.wait({sampling})


def _held() -> int:
    held = 0
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if child.name() == "claude":
                held += child.memory_full_info().uss
    return held


def _ratios(run: _Run, bare: _Bare, bound: int, who: str) -> list[Ratio]:
    def ratio(what: str, of: str, over: str, value: float) -> Ratio:
        better: Literal["higher", "lower"] = "higher" if what == "answered" else "lower"
        return Ratio(
            name=f"{who}, {what}", of=of, over=over, value=value, count=run.asked, better=better
        )

    turn = f"turn, {AT_ONCE} at once"
    return [
        ratio(
            "memory at most",
            f"{run.most_bytes / MIB:.0f} MiB held",
            f"{bound} MiB allowed",
            run.most_bytes / MIB / bound,
        ),
        ratio(
            "answered", f"{run.answered} answered", f"{run.asked} asked", run.answered / run.asked
        ),
        ratio(
            "evictions",
            f"{run.evicted} evictions",
            f"{run.asked} messages",
            run.evicted / run.asked,
        ),
        ratio("p99", turn, "bare SDK, hot", p99(run.turns) / p99(bare.hot)),
        ratio(
            "p99 of a start",
            turn,
            f"bare SDK, a client a turn, {STARTING} starting at once",
            p99(run.turns) / p99(bare.started),
        ),
        ratio(
            "time until a client",
            "until there is one",
            turn,
            sum(run.until_session) / sum(run.turns),
        ),
    ]
