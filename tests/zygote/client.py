"""The tests' side: one zygote, and a child of it for every start."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]


class Child:
    """One process that the zygote has started."""

    def __init__(self, pid: int, news: asyncio.StreamReader, link: asyncio.StreamWriter) -> None:
        self.pid = pid
        self.returncode: int | None = None
        """Its exit code, negative for a signal; None for as long as it runs."""
        self._ended = asyncio.create_task(self._follow(news, link), name=f"child {pid}")

    async def wait(self) -> int:
        """Wait until it has ended; its exit code."""
        return await asyncio.shield(self._ended)

    async def _follow(self, news: asyncio.StreamReader, link: asyncio.StreamWriter) -> int:
        try:
            # When the zygote dies all its children do, by the same signal.
            told = json.loads(await news.readline() or '{"code": -9}')
        finally:
            link.close()
        self.returncode = int(told["code"])
        return self.returncode


class Zygote:
    """Forks children on order; when it is closed, or its maker dies, all of them die."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="zygote")
        self._socket = Path(self._folder.name) / "orders"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.zygote.server", str(self._socket)],
            cwd=ROOT,
            stdin=subprocess.PIPE,  # its end is the sign that we are gone
            stdout=subprocess.PIPE,
            env=machine_environment(),
            start_new_session=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"listening\n", "the zygote did not start"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End it and every child that still runs."""
        try:
            self._process.communicate(timeout=10)
        finally:
            self._process.kill()
            self._folder.cleanup()

    async def run(
        self, module: str, *words: str, env: Mapping[str, str], folder: Path
    ) -> tuple[int, str]:
        """Run it to its end; its exit code and what it said."""
        with tempfile.NamedTemporaryFile(dir=self._folder.name) as log:
            child = await self.start(module, env, folder, log.name, *words)
            code = await child.wait()
            return code, Path(log.name).read_text(encoding="utf-8")

    async def start(
        self, module: str, env: Mapping[str, str], folder: Path, log: str, *words: str
    ) -> Child:
        """Run `python -m module words` with exactly this environment, its output appended to
        `log`. Who is cancelled meanwhile leaves none running."""
        order: dict[str, Any] = {
            "module": module,
            "words": words,
            "env": dict(env),
            "cwd": str(folder),
            "log": log,
        }
        starting = asyncio.create_task(self._begin(order), name=f"start {module}")
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            child = await starting
            with suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)
            await child.wait()
            raise

    async def _begin(self, order: Mapping[str, Any]) -> Child:
        news, link = await asyncio.open_unix_connection(self._socket)
        link.write(json.dumps(order).encode() + b"\n")
        async with asyncio.timeout(60):  # the first of its kind is imported first
            told = json.loads(await news.readline())
        return Child(told["pid"], news, link)


def machine_environment() -> dict[str, str]:
    """What a process needs of this machine, and nothing that our settings would read."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ}
