"""Campfire's background jobs: one worker, one job after the other, none is tried again.

So a webhook that is slow holds up the push notices behind it (w39), and the other webhooks (w38).
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import structlog

KEPT = 1000

log = structlog.get_logger("sandbox")

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that ended in an exception, as Rails names both."""

    job: str
    exception: str
    error: str


class JobFailed(Exception):
    """This job ends here: {exception}: {error}"""

    def __init__(self, exception: str, error: str) -> None:
        super().__init__(f"{exception}: {error}")
        self.exception = exception
        self.error = error


class Missing(JobFailed):
    """What the job is about was deleted before its turn came (w51, w54)."""

    def __init__(self, kind: str, record_id: int, condition: str = "") -> None:
        super().__init__(
            "ActiveJob::DeserializationError",
            f"Error while trying to deserialize arguments: Couldn't find {kind} with "
            f"'id'=\"{record_id}\"{condition}",
        )


class Jobs:
    """The queue and its worker, which works while the `async with` block lasts."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[tuple[str, Work]] = asyncio.Queue()
        self._running = asyncio.Event()
        self._running.set()
        self._worker: asyncio.Task[None] | None = None
        self.failed: deque[FailedJob] = deque(maxlen=KEPT)

    async def __aenter__(self) -> Self:
        self._worker = asyncio.create_task(self._work())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)

    def enqueue(self, name: str, work: Work) -> None:
        """Put a job at the end of the queue; returns at once."""
        self._queue.put_nowait((name, work))

    async def settled(self) -> None:
        """Wait until every job so far, and what it added, has ended."""
        await self._queue.join()

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Keep the worker from the next job until the block ends, as if it were behind."""
        self._running.clear()
        try:
            yield
        finally:
            self._running.set()

    async def _work(self) -> None:
        while True:
            name, work = await self._queue.get()
            await self._running.wait()
            try:
                await work()
            except JobFailed as failure:
                self._note(name, failure)
            except Exception as error:  # noqa: BLE001 - the worker outlives every job
                self._note(name, JobFailed(type(error).__name__, str(error)))
            finally:
                self._queue.task_done()

    def _note(self, name: str, failure: JobFailed) -> None:
        self.failed.append(FailedJob(name, failure.exception, failure.error))
        log.info("job_failed", job=name, exception=failure.exception)
