"""Closes sessions in the background; each keeps its place until its processes are gone."""

import asyncio
from collections.abc import Callable, Collection

from consumer.sessions.session.session import Session
from shared.errors import AgentError
from shared.lane import Lane


class Closing:
    """Ends clients in tasks of their own."""

    def __init__(self, on_gone: Callable[[Session], None]) -> None:
        self._on_gone = on_gone
        self._tasks: dict[asyncio.Task[None], Session] = {}

    def __len__(self) -> int:
        return len(self._tasks)

    @property
    def tasks(self) -> Collection[asyncio.Task[None]]:
        """What closes them."""
        return self._tasks.keys()

    @property
    def sessions(self) -> Collection[Session]:
        """The sessions that are being closed and have not ended yet."""
        return self._tasks.values()

    def start(self, session: Session, reason: AgentError | None = None) -> None:
        """Close a session; a turn of it fails with `reason`. Returns at once. Idempotent."""
        if session in self._tasks.values():
            return
        task = asyncio.create_task(session.close(reason), name="close session")
        self._tasks[task] = session
        task.add_done_callback(self._gone)

    def of(self, lane: Lane) -> list[asyncio.Task[None]]:
        """What closes clients of the lane: to its end each writes the transcript."""
        return [task for task, session in self._tasks.items() if session.lane == lane]

    async def one(self) -> None:
        """Wait until one of them is gone."""
        await asyncio.wait([*self._tasks], return_when=asyncio.FIRST_COMPLETED)

    def _gone(self, task: asyncio.Task[None]) -> None:
        self._on_gone(self._tasks.pop(task))
