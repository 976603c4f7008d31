"""One process of the service as a test holds it: started, signalled, awaited, its lines kept."""

import asyncio
import os
import shlex
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.acceptance.log_book import LogBook
from tests.zygote import Child, Zygote

GRACE_S = 45.0
"""The worker drains for up to 20 s by default, then closes its clients."""


class ServiceProcess:
    """A command line that can be started again after it ended. Every end is awaited.

    With a zygote `python -m …` is forked from it, which saves the seconds of its imports.
    """

    def __init__(
        self,
        name: str,
        command: str,
        *,
        environment: Mapping[str, str],
        folder: Path,
        zygote: Zygote | None = None,
    ) -> None:
        self.name = name
        self.command = command
        self.environment = dict(environment)
        self.log = LogBook(name)
        self.was_killed = False
        """In any of its runs: then its children had to notice by themselves."""
        self._folder = folder
        self._zygote = zygote
        self._process: Process | Child | None = None
        self._readers: list[asyncio.Task[None]] = []

    @property
    def pid(self) -> int:
        """The running process's id; raises RuntimeError when there is none."""
        if not self.is_running or self._process is None:
            raise RuntimeError(f"{self.name} is not running")
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it; when it is ready its log tells."""
        if self.is_running:
            raise RuntimeError(f"{self.name} runs already")
        run = self.log.begin_run()
        # Not asyncio's PIPE: with it, wait() waits for every grandchild that holds the pipe open.
        reader, writer = os.pipe()
        try:
            self._process = await self._begin(writer)
        finally:
            os.close(writer)
        self._readers.append(asyncio.create_task(self._read(reader, run), name=f"read {self.name}"))

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process alone (SIGSTOP, SIGCONT, …)."""
        os.kill(self.pid, number)

    async def ended(self, within_s: float = GRACE_S) -> int:
        """Its exit code, waited for; negative: ended by that signal. Raises TimeoutError."""
        assert self._process is not None, f"{self.name} was never started"
        async with asyncio.timeout(within_s):
            code = await self._process.wait()
        # What it left behind may hold the pipe open: its last lines come at once or never.
        await asyncio.wait(self._readers, timeout=1)
        return code

    async def terminate(self, within_s: float = GRACE_S) -> int:
        """End it as a deployment does, by SIGTERM; its exit code."""
        self.signal(signal.SIGTERM)
        return await self.ended(within_s)

    async def kill(self) -> int:
        """End it as the kernel does, by SIGKILL; its exit code."""
        self.was_killed = True
        self.signal(signal.SIGKILL)
        return await self.ended()

    async def restart(self) -> None:
        """SIGTERM, wait, start again."""
        await self.terminate()
        await self.start()

    async def close(self) -> None:
        """End it whatever its state, and stop reading; harmless twice."""
        if self.is_running:
            with suppress(ProcessLookupError):  # it ends by itself, and the loop is yet to hear it
                self.signal(signal.SIGCONT)
                self.signal(signal.SIGTERM)
            try:
                await self.ended()
            except TimeoutError:
                await self.kill()
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)
        self._readers.clear()

    async def _begin(self, output: int) -> Process | Child:
        words = shlex.split(self.command)
        if self._zygote is not None and words[:2] == ["python", "-m"] and len(words) == 3:
            log = f"/proc/{os.getpid()}/fd/{output}"
            return await self._zygote.start(words[2], self.environment, self._folder, log)
        return await asyncio.create_subprocess_exec(
            *words,
            env=self.environment,
            cwd=self._folder,
            stdin=DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # a Ctrl-C on pytest is pytest's to handle
        )

    async def _read(self, descriptor: int, run: int) -> None:
        stream = asyncio.StreamReader(limit=1 << 24)
        pipe = os.fdopen(descriptor, "rb", buffering=0)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), pipe
        )
        try:
            async for line in stream:
                await self.log.add(line.decode(errors="replace").rstrip("\n"))
            await self.log.end_run(run)
        finally:
            transport.close()
