"""A knowledge folder of 10,000 documents: taking it in, searching it, and who waits for that."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from statistics import median

import psutil

from consumer.documents.bounded import Bounds
from consumer.documents.children import Children
from consumer.knowledge.library import Library
from consumer.knowledge.schema import open_for_reading
from consumer.knowledge.taking_in import MODULE, take_in
from shared.acceptance.queue import RedisQueue
from shared.keys import Keys
from shared.redis.client import redis_client
from tests.acceptance.environment import BOT_KEYS
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.documents import Documents
from tests.benchmarks.measured.queue.accept_to_start import idle, no_op_consumer, told
from tests.benchmarks.results.ratio import Ratio, latency_ratios
from tests.benchmarks.server import running_server
from tests.conftest import eventually
from tests.deliveries import inbound

DOCUMENTS, SEARCHES, SCANS, MESSAGES, WARM_UP = 10_000, 400, 20, 800, 20
PREFIX = "bench-knowledge"
BOT = "id: {0}\nname: {0}\nsystem_prompt: x\nknowledge: kb\n"
MIB = 1024 * 1024


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """One folder for all of it."""
    documents, folder = Documents(), workshop.folder / "bots" / "kb"
    count = workshop.times(DOCUMENTS)
    size = await asyncio.to_thread(documents.write, folder, count)
    index = workshop.folder / "index" / "index.sqlite3"
    ratios = await _taking_in(folder, index, count, size)
    ratios += await asyncio.to_thread(_searching, documents, index, workshop)
    return [*ratios, *await _waiting(workshop, folder)]


async def _taking_in(folder: Path, index: Path, count: int, size: int) -> list[Ratio]:
    began = time.perf_counter()
    await asyncio.to_thread(lambda: [file.read_bytes() for file in folder.rglob("*.*")])
    reading = time.perf_counter() - began
    began = time.perf_counter()
    async with _memory() as held:
        await take_in(folder, index, Bounds(), lambda _: None, Children())
    taking = time.perf_counter() - began
    named, memory = f"{count:,} documents", max(held) / MIB
    return [
        Ratio(
            name="knowledge, taking in",
            of=f"{named} taken in ({taking:.1f} s)",
            over=f"reading their files ({reading:.2f} s)",
            value=taking / reading,
            count=count,
        ),
        Ratio(
            name="knowledge, memory of the child",
            of=f"its most ({memory:.0f} MB)",
            over=f"{named}' text ({size / MIB:.0f} MB)",
            value=memory * MIB / size,
            count=count,
        ),
        Ratio(
            name="knowledge, disk",
            of=f"the index ({index.stat().st_size / MIB:.0f} MB)",
            over=f"{named}' text ({size / MIB:.0f} MB)",
            value=index.stat().st_size / size,
            count=count,
        ),
    ]


@asynccontextmanager
async def _memory() -> AsyncIterator[list[int]]:
    """What the child and all below it hold, looked at four times a second; bytes."""
    held = [1]

    async def look() -> None:
        while True:
            held.append(await asyncio.to_thread(lambda: sum(map(_share, _children()))))
            await asyncio.sleep(0.25)

    looking = asyncio.create_task(look())
    try:
        yield held
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


def _children() -> list[psutil.Process]:
    """The processes of runs."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if MODULE in process.cmdline():
                found.append(process)
        except psutil.Error:
            continue
    return found


def _share(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0


def _searching(documents: Documents, index: Path, workshop: Workshop) -> list[Ratio]:
    library = Library(index)
    asked = list(documents.questions(workshop.times(SEARCHES)))
    searches = [_seconds(partial(library.search, some, 8)) for some in asked]
    scans = [_seconds(partial(_scan, index, some)) for some in asked[:SCANS]]
    return latency_ratios(
        "knowledge, a search",
        (f"search (p50 {median(searches) * 1000:.1f} ms)", searches),
        (f"looking through every text (p50 {median(scans) * 1000:.0f} ms)", scans),
    )


def _scan(index: Path, asked: str) -> None:
    with closing(open_for_reading(index)) as opened:
        every = " AND ".join("text LIKE ?" for _ in asked.split())
        words = [f"%{word}%" for word in asked.split()]
        opened.execute(f"SELECT id FROM sections WHERE {every}", words).fetchall()


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


async def _waiting(workshop: Workshop, folder: Path) -> list[Ratio]:
    """Messages one after another before, during and after a run in the consumer's own care."""
    for bot in BOT_KEYS:
        (folder.parent / f"{bot}.yaml").write_text(BOT.format(bot))
    away = folder.with_name("away")
    folder.rename(away)
    folder.mkdir()
    campfire = running_server(
        "python -m tests.benchmarks.programs.bare_server 201", workshop.folder, {}
    )
    async with (
        campfire as (port, _),
        no_op_consumer(
            workshop, port, PREFIX, "bench-knowledge-hop", BOTS_DIR=str(folder.parent)
        ) as lines,
    ):
        redis, keys = redis_client(workshop.valkey.url), Keys(PREFIX)
        sender = _Sender(RedisQueue(redis, keys), keys, lines)
        try:
            await eventually(lambda: redis.exists(keys.heartbeat), within_s=30)
            await sender.send(WARM_UP, lambda: idle(redis, keys))
            messages = workshop.times(MESSAGES)
            quiet = await sender.send(messages // 2, lambda: idle(redis, keys))
            folder.rmdir()
            away.rename(folder)
            await eventually(_runs, within_s=60)
            busy = await sender.send(messages, lambda: idle(redis, keys))
            assert await _runs(), "the run was over before the messages were"
            await eventually(_is_over, within_s=600)
            quiet += await sender.send(messages - len(quiet), lambda: idle(redis, keys))
        finally:
            await redis.aclose()
    return latency_ratios(
        "knowledge, a lane meanwhile",
        ("accept → turn start during a run", busy),
        ("the same before and after", quiet),
    )


class _Sender:
    """Messages, each alone in the system."""

    def __init__(self, queue: RedisQueue, keys: Keys, lines: asyncio.StreamReader) -> None:
        self._queue, self._keys, self._lines = queue, keys, lines
        self._number = 0

    async def send(self, count: int, is_idle: Callable[[], Awaitable[bool]]) -> list[float]:
        """So many; how long each took to its turn's start, ns."""
        took = []
        for _ in range(count):
            self._number += 1
            now = time.time_ns() // 1_000_000
            message = inbound(self._number, room_id=self._number, accepted_ms=now)
            began = time.monotonic_ns()
            await self._queue.accept(message)
            took.append(float(await told(self._lines, "turn") - began))
            await eventually(is_idle)
        return took


async def _runs() -> bool:
    return bool(await asyncio.to_thread(_children))


async def _is_over() -> bool:
    return not await _runs()
