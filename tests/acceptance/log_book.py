"""What a process printed, line by line, and waiting for a line that has not come yet."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from tests.patience import PATIENCE_S

Event = Mapping[str, Any]


class NothingLogged(AssertionError):
    """A log event was waited for in vain."""


class LogBook:
    """The lines of one process over all its runs; queries look at the present run."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: list[str] = []
        self._run_began = 0
        self._run = 0
        self._over = False
        self._grown = asyncio.Condition()

    async def add(self, line: str) -> None:
        """Take a line in and wake who waits."""
        async with self._grown:
            self.lines.append(line)
            self._grown.notify_all()

    def begin_run(self) -> int:
        """From here on the lines are a new run's; gives its number for `end_run`."""
        self._run_began = len(self.lines)
        self._run += 1
        self._over = False
        return self._run

    async def end_run(self, run: int) -> None:
        """No line will come any more: nobody need wait for one."""
        async with self._grown:
            # A child that outlived an earlier run may have held that run's pipe until now.
            self._over = self._over or run == self._run
            self._grown.notify_all()

    def events(self, event: str | None = None, **fields: Any) -> list[Event]:
        """The present run's JSON lines with this event name and these fields, oldest first."""
        wanted = fields if event is None else {"event": event, **fields}
        read = map(_event, self.lines[self._run_began :])
        return [found for found in read if found and wanted.items() <= found.items()]

    def others(self) -> list[str]:
        """The present run's lines that are not log events: complaints, tracebacks."""
        return [line for line in self.lines[self._run_began :] if _event(line) is None]

    async def event(self, event: str, *, within_s: float = PATIENCE_S, **fields: Any) -> Event:
        """The present run's first such event, waited for; raises NothingLogged."""
        await self.until(lambda: bool(self.events(event, **fields)), event, within_s=within_s)
        return self.events(event, **fields)[0]

    async def until(
        self, what: Callable[[], bool], wanted: str, *, within_s: float = PATIENCE_S
    ) -> None:
        """Wait, woken by each line, until `what()`; raises NothingLogged, at once at the end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s), self._grown:
                await self._grown.wait_for(lambda: self._over or what())
        if not what():
            limit = "before it ended" if self._over else f"within {within_s} s"
            tail = "\n".join(self.lines[-20:])
            raise NothingLogged(f"{self.name} did not log {wanted} {limit}; it said:\n{tail}")


def _event(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
