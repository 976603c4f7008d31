"""Many lanes under a memory bound: what all clients hold at most, who is answered, how late."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

import psutil

from consumer.sessions import SessionManager
from shared.bots import Bot
from shared.lane import Lane
from tests.acceptance.environment import API_KEY
from tests.acceptance.stack import Stack
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.ratio import Ratio, p99
from tests.benchmarks.sdk import bare_client, turn_seconds
from tests.session_settings import session_settings

LANES, AT_ONCE = 200, 10
BOUND_MB, QUICK_BOUND_MB = 2048, 380
SAMPLE_S = 0.1
MIB = 1024 * 1024
BOT = Bot(id="assistant", name="Assistant", system_prompt="You help in a chat room.")


@dataclass
class _Run:
    """What came of it."""

    lanes: int = 0
    asked: int = 0
    answered: int = 0
    turns: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    most_bytes: int = 0


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """Two messages a lane, ten lanes at a time, each lane's second after everybody's first."""
    bound = QUICK_BOUND_MB if workshop.quick else BOUND_MB
    stack = Stack(workshop.folder, redis_url=workshop.valkey.url)
    await stack.sandbox.start()
    run = _Run()
    try:
        await stack.sandbox.log.event("sandbox_ready")
        model = f"{stack.sandbox_url}/model"
        async with bare_client(workshop.folder / "sdk", model) as bare:
            run.bare = [await turn_seconds(bare, f"echo {number}") for number in range(10)][2:]
        settings = session_settings(
            workshop.folder / "sessions", api_key=API_KEY, base_url=model, memory_mb=bound
        )
        async with SessionManager(settings) as sessions, _sampled(run):
            words = ("one",) if workshop.quick else ("one", "two")
            await _all_lanes(sessions, run, workshop.times(LANES), words)
            evicted = sessions.stats().evicted
    finally:
        await stack.stop()
    return _ratios(run, bound, evicted)


async def _all_lanes(
    sessions: SessionManager, run: _Run, lanes: int, rounds: Sequence[str]
) -> None:
    free = asyncio.Semaphore(AT_ONCE)

    async def turn(room: int, words: str) -> None:
        async with free:
            began = time.perf_counter()
            result = await sessions.run_turn(Lane(room, BOT.id), BOT, f"echo {words}")
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


def _ratios(run: _Run, bound: int, evicted: int) -> list[Ratio]:
    lanes = run.lanes

    def ratio(name: str, of: str, over: str, value: float) -> Ratio:
        better: Literal["higher", "lower"] = "higher" if name.endswith("answered") else "lower"
        return Ratio(name=name, of=of, over=over, value=value, count=run.asked, better=better)

    return [
        ratio(
            f"{lanes} lanes, memory at most",
            f"{run.most_bytes / MIB:.0f} MiB held",
            f"{bound} MiB allowed",
            run.most_bytes / MIB / bound,
        ),
        ratio(
            f"{lanes} lanes, answered", f"{run.answered} answered", f"{run.asked} asked",
            run.answered / run.asked,
        ),
        ratio(
            f"{lanes} lanes, evictions", f"{evicted} evictions", f"{run.asked} messages",
            evicted / run.asked,
        ),
        ratio(
            f"{lanes} lanes, p99", f"turn, {AT_ONCE} at once", "bare SDK, hot",
            p99(run.turns) / p99(run.bare),
        ),
    ]  # fmt: skip
