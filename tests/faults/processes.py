"""The service's processes, as the adversary handles them: start, kill, stop, let go on."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.conftest import eventually

ROOT = Path(__file__).parents[2]


class Process:
    """One process of ours; its lines go to `log`."""

    def __init__(self, role: str, name: str, log: Path) -> None:
        self.role, self.name, self.log = role, name, log
        self.pid = 0
        self.born = time.time()
        self.died: float | None = None
        self.code: int | None = None
        self.told = asyncio.Event()
        """Set once its process id is known."""
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
    """Starts processes through the zygote; at the end none is left."""

    def __init__(self) -> None:
        self._zygote: asyncio.subprocess.Process | None = None
        self._following: asyncio.Task[None] | None = None
        self._numbers = count(1)
        self._by_id: dict[int, Process] = {}

    async def __aenter__(self) -> Self:
        self._zygote = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.faults.zygote",
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=_bare_environment(),
            start_new_session=True,
        )
        self._following = asyncio.create_task(self._follow(), name="zygote")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._zygote is None or self._zygote.stdin is None or self._following is None:
            return
        self._zygote.stdin.close()
        try:
            async with asyncio.timeout(10):
                await self._zygote.wait()
        finally:
            with suppress(ProcessLookupError):
                self._zygote.kill()
            self._following.cancel()

    async def start(self, role: str, name: str, env: Mapping[str, str], log: Path) -> Process:
        """Start one; returns when it runs, which is before it is ready."""
        process, number = Process(role, name, log), next(self._numbers)
        self._by_id[number] = process
        order = {"id": number, "role": role, "env": dict(env), "log": str(log)}
        if self._zygote is None or self._zygote.stdin is None:
            raise AssertionError("the fleet has not been entered")
        self._zygote.stdin.write(json.dumps(order).encode() + b"\n")
        await self._zygote.stdin.drain()
        async with asyncio.timeout(30):
            await process.told.wait()
        return process

    async def _follow(self) -> None:
        if self._zygote is None or self._zygote.stdout is None:
            return
        while line := await self._zygote.stdout.readline():
            words = json.loads(line)
            process = self._by_id[words["id"]]
            if "pid" in words:
                process.pid = words["pid"]
                process.told.set()
            else:
                process.code, process.died = words["code"], time.time()
                process.ended.set()
                del self._by_id[words["id"]]


def _bare_environment() -> dict[str, str]:
    """Nothing of the caller's that our settings would read."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "event" in found else None
