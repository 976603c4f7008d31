"""From the webhook to the reply in each tier, and a hot session's memory, over the bare SDK's."""

import os
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median

import psutil
from claude_agent_sdk import ClaudeSDKClient

from tests.acceptance.stack import SUPPORT, Stack
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.measured.turns.hot_turn import webhook_to_reply
from tests.benchmarks.results.ratio import Ratio, median_ratio
from tests.benchmarks.sdk import bare_client, turn_seconds

ROUNDS = 20
LANE = f"{SUPPORT}:assistant"
MIB = 1024 * 1024


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """A round after the other: cold, hot, the SDK alone, warm, and cold with a spare."""
    async with AsyncExitStack() as opened:
        plain = await opened.enter_async_context(_stack(workshop, "plain", spares="0"))
        spared = await opened.enter_async_context(_stack(workshop, "spared", spares="1"))
        model = f"{plain.sandbox_url}/model"
        bare = await opened.enter_async_context(bare_client(workshop.folder / "sdk", model))
        rounds = _Rounds(plain, spared, bare)
        await turn_seconds(bare, "echo warm-up")
        for number in range(workshop.times(ROUNDS)):
            await rounds.run(number)
    return rounds.ratios()


def _stack(workshop: Workshop, name: str, *, spares: str) -> Stack:
    folder = workshop.folder / name
    folder.mkdir()
    return Stack(folder, redis_url=workshop.valkey.url, SPARE_SESSIONS=spares)


class _Rounds:
    """The two services, the bare client, and what was measured of them."""

    def __init__(self, plain: Stack, spared: Stack, bare: ClaudeSDKClient) -> None:
        self._plain, self._spared, self._bare = plain, spared, bare
        self._seconds: dict[str, list[float]] = {}
        self._memory: list[tuple[int, int]] = []

    async def run(self, number: int) -> None:
        """Measure each tier once."""
        await _reset(self._plain, number)
        await self._turn("cold", self._plain)
        await self._turn("hot", self._plain)
        # Right behind the turn it is compared with: no client starts or ends beside either.
        self._took("bare", await turn_seconds(self._bare, f"echo {number}"))
        pid = self._plain.worker.log.events("session_hot")[-1]["pid"]
        self._memory.append((_private(pid), _private(_cli_of_this_process())))
        os.kill(pid, signal.SIGKILL)
        psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=5)
        await self._turn("warm", self._plain)
        await _reset(self._spared, number)
        await _spare_is_there(self._spared, number)
        await self._turn("spare", self._spared)

    def ratios(self) -> list[Ratio]:
        """Each tier over the bare SDK, the spare over the cold turn, and memory."""
        bare = ("bare SDK, hot", self._seconds["bare"])
        tiers = [
            median_ratio(f"webhook → reply, {tier}", (tier, self._seconds[tier]), bare)
            for tier in ("hot", "spare", "warm", "cold")
        ]
        spare, cold = (self._seconds[tier] for tier in ("spare", "cold"))
        ours, theirs = (median(column) for column in zip(*self._memory, strict=True))
        memory = Ratio(
            name="memory a hot session",
            of=f"ours, {ours / MIB:.0f} MiB after 2 turns",
            over=f"bare SDK, {theirs / MIB:.0f} MiB",
            value=ours / theirs,
            count=len(self._memory),
        )
        cut = median_ratio("spare, of a cold start", ("with a spare", spare), ("cold", cold))
        return [*tiers, cut, memory]

    async def _turn(self, tier: str, stack: Stack) -> None:
        seconds = await webhook_to_reply(stack, f"echo {tier}")
        events = "session_cold" if tier == "spare" else f"session_{tier}"
        last = stack.worker.log.events(events, lane=LANE)[-1]
        assert last.get("spare", False) is (tier == "spare"), last
        self._took(tier, seconds)

    def _took(self, what: str, seconds: float) -> None:
        self._seconds.setdefault(what, []).append(seconds)


async def _reset(stack: Stack, number: int) -> None:
    asked = await stack.http.delete(f"/sessions/{SUPPORT}/assistant", headers=stack.operator)
    asked.raise_for_status()
    log = stack.worker.log
    await log.until(lambda: len(log.events("sessions_reset")) > number, "a reset", within_s=20)


async def _spare_is_there(stack: Stack, number: int) -> None:
    """A spare is replaced when it was taken: the one of round n is the n-th after the first."""
    log = stack.worker.log
    await log.until(
        lambda: len(log.events("spare_connected", bot_id="assistant")) > number,
        "a spare",
        within_s=60,
    )


def _cli_of_this_process() -> int:
    """The bare SDK's CLI."""
    children = psutil.Process().children(recursive=True)
    return next(
        child.pid
        for child in children
        if Path(child.exe()).name == "claude"
        and "--resume" not in child.cmdline()
        and child.ppid() == os.getpid()
    )


def _private(pid: int) -> int:
    return int(psutil.Process(pid).memory_full_info().uss)
