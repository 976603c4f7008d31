"""The service's processes, as the adversary handles them: start, kill, stop, let go on."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.conftest import eventually
from tests.zygote import Child, Zygote, machine_environment

ROOT = Path(__file__).parents[2]


class Process:
    """One process of ours; its lines go to `log`."""

    def __init__(self, role: str, name: str, log: Path, pid: int) -> None:
        self.role, self.name, self.log, self.pid = role, name, log, pid
        self.born = time.time()
        self.died: float | None = None
        self.code: int | None = None
        self.ended = asyncio.Event()

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self.code is None

    def signal(self, number: int) -> None:
        """Send a signal; nothing happens when it has ended."""
        if self.alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self.signal(signal.SIGKILL)
        await self.gone()

    async def terminate(self, within_s: float = 15.0) -> int:
        """SIGTERM, as a deploy does; gives its exit code."""
        self.signal(signal.SIGTERM)
        return await self.gone(within_s)

    async def gone(self, within_s: float = 15.0) -> int:
        """Wait until it has ended; gives its exit code."""
        async with asyncio.timeout(within_s):
            await self.ended.wait()
        return self.code or 0

    async def logged(self, event: str, *, times: int = 1, within_s: float = 15.0) -> dict[str, Any]:
        """The event's `times`-th line in its log, waited for."""

        async def found() -> dict[str, Any] | None:
            lines = [line for line in self.events() if line["event"] == event]
            if len(lines) < times and not self.alive:
                raise AssertionError(f"{self.name} ended with {self.code} before it said {event}")
            return lines[times - 1] if len(lines) >= times else None

        line: dict[str, Any] = await eventually(found, within_s=within_s)
        return line

    def events(self) -> list[dict[str, Any]]:
        """Every event in its log so far."""
        return [line for line in map(_parsed, self._lines()) if line is not None]

    def noise(self) -> list[str]:
        """Lines that are no event: tracebacks."""
        return [line for line in self._lines() if _parsed(line) is None]

    def _lines(self) -> list[str]:
        if not self.log.exists():
            return []
        *whole, _ = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        return whole


class Fleet:
    """Starts processes through a zygote, one of its own or one that is lent; at the end none is
    left."""

    def __init__(self, lent: Zygote | None = None) -> None:
        self._lent = lent is not None
        self._zygote = lent or Zygote()
        self._following: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._lent:
            await asyncio.to_thread(self._zygote.close)
        await asyncio.gather(*self._following)

    async def start(self, role: str, name: str, env: Mapping[str, str], log: Path) -> Process:
        """Start one; returns when it runs, which is before it is ready."""
        told = {**machine_environment(), **env}
        child = await self._zygote.start(f"tests.faults.{role}", told, ROOT, str(log))
        process = Process(role, name, log, child.pid)
        following = asyncio.create_task(_follow(process, child), name=f"follow {name}")
        self._following.add(following)
        following.add_done_callback(self._following.discard)
        return process


async def _follow(process: Process, child: Child) -> None:
    process.code = await child.wait()
    process.died = time.time()
    process.ended.set()


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "event" in found else None
