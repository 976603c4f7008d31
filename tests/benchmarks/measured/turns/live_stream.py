"""What the live stream costs a hot turn: publishing it at all, and a hundred watchers."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from tests.acceptance.stack import Stack
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.measured.turns.hot_turn import webhook_to_reply
from tests.benchmarks.results.ratio import Ratio, median_ratio
from tests.integration.ingress.live.watching import ADMIN, PATH

ROUNDS, TURNS_A_ROUND, WATCHERS = 12, 5, 100
WORDS = "slow 0.5; long 4000"
"""A text that comes in many pieces, as a model's does."""
REQUEST = f"GET {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ADMIN}\r\n\r\n".encode()


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """By turns: a consumer that publishes nothing, one that does, and that one watched."""
    async with AsyncExitStack() as opened:
        silent = _stack(workshop, "silent")
        silent.worker.command = "python -m tests.benchmarks.programs.unwatched_consumer"
        told = _stack(workshop, "told")
        for stack in (silent, told):
            await opened.enter_async_context(stack)
        rounds = _Rounds(silent, told)
        await rounds.turns("warm-up", silent, 2)
        await rounds.turns("warm-up", told, 2)
        for _ in range(workshop.times(ROUNDS)):
            await rounds.run(1 if workshop.quick else TURNS_A_ROUND)
    return rounds.ratios()


def _stack(workshop: Workshop, name: str) -> Stack:
    folder = workshop.folder / name
    folder.mkdir()
    return Stack(folder, redis_url=workshop.valkey.url, ADMIN_TOKEN=ADMIN)


class _Rounds:
    """The two services, and the seconds of their turns."""

    def __init__(self, silent: Stack, told: Stack) -> None:
        self._silent, self._told = silent, told
        self._seconds: dict[str, list[float]] = {}

    async def run(self, turns: int) -> None:
        """Each way as often."""
        await self.turns("silent", self._silent, turns)
        await self.turns("told", self._told, turns)
        async with _watchers(self._told):
            await self.turns("watched", self._told, turns)

    async def turns(self, what: str, stack: Stack, how_many: int) -> None:
        """So many turns, one after the other."""
        for _ in range(how_many):
            seconds = await webhook_to_reply(stack, WORDS)
            self._seconds.setdefault(what, []).append(seconds)

    def ratios(self) -> list[Ratio]:
        """Publishing over not, watched over not."""
        told = ("published, 0 watchers", self._seconds["told"])
        return [
            median_ratio("hot turn, live stream", told, ("not published", self._seconds["silent"])),
            median_ratio(
                "hot turn, watched", (f"{WATCHERS} watchers", self._seconds["watched"]), told
            ),
        ]


@asynccontextmanager
async def _watchers(stack: Stack) -> AsyncIterator[None]:
    """So many readers of the lane's server-sent events."""
    port = int(stack.web_url.rpartition(":")[2])
    opened = [await _open(port) for _ in range(WATCHERS)]
    reading = [asyncio.create_task(_drop(reader)) for reader, _ in opened]
    yield
    for _, writer in opened:
        writer.close()
    await asyncio.gather(*reading, return_exceptions=True)


async def _open(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(REQUEST)
    await reader.readuntil(b"retry: 2000")
    return reader, writer


async def _drop(reader: asyncio.StreamReader) -> None:
    while await reader.read(1 << 16):
        pass
