"""A consumer of ours and one of SAQ's on this very loop, each telling when a job starts."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from saq import Queue as SaqQueue
from saq import Worker as SaqWorker

from shared.keys import Keys
from shared.redis.client import redis_client
from tests.benchmarks.benchmark import Workshop
from tests.integration.queue.conftest import Act, Bench, Consumer

SLOTS = 10


class Starts:
    """When each job started, in seconds of the monotonic clock, in order."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self._more = asyncio.Event()

    def note(self) -> None:
        """A job starts now."""
        self.times.append(time.perf_counter())
        self._more.set()

    async def until(self, count: int) -> float:
        """Wait for the count-th start; gives its time."""
        while len(self.times) < count:
            self._more.clear()
            await self._more.wait()
        return self.times[count - 1]


@asynccontextmanager
async def our_consumer(
    workshop: Workshop, prefix: str, act: Act, *, start: bool = True
) -> AsyncIterator[tuple[Bench, Consumer | None]]:
    """A queue of ours; with `start` its consumer runs already."""
    redis = redis_client(workshop.valkey.url)
    bench = Bench(workshop.valkey.url, Keys(prefix), redis, workshop.folder / prefix)
    try:
        consumer = await bench.start(act, most_turns=SLOTS) if start else None
        yield bench, consumer
    finally:
        await bench.close()
        await redis.aclose()


@asynccontextmanager
async def saq_worker(
    workshop: Workshop, name: str, starts: Starts, *, start: bool = True
) -> AsyncIterator[tuple[SaqQueue, SaqWorker[Any]]]:
    """A queue of SAQ's; with `start` its worker runs already."""

    async def job(_: Any) -> None:
        starts.note()

    queue = SaqQueue.from_url(workshop.valkey.url, name=name)
    await queue.connect()
    worker: SaqWorker[Any] = SaqWorker(queue, [("job", job)], concurrency=SLOTS)
    running = asyncio.create_task(worker.start()) if start else None
    try:
        yield queue, worker
    finally:
        await worker.stop()
        if running is not None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        await queue.disconnect()
