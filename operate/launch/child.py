"""One process of the service: started behind a leash, its lines passed on, ended with all it left.

The leash (util-linux's setpriv) has Linux send SIGTERM to the process when the launcher dies, even
by SIGKILL; it must be started on the launcher's main thread, whose end is what Linux looks at.
"""

import asyncio
import os
import shutil
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress

LINE_BYTES = 1 << 20
"""A longer line is shown in pieces."""
LAST_LINES_SECONDS = 0.5
SHELL_OPERATORS = frozenset(";&|<>()`\n")


class Child:
    """A started process, the leader of a process group of its own."""

    def __init__(
        self,
        name: str,
        process: Process,
        output: asyncio.StreamReader,
        lines: Callable[[str, str], None],
    ) -> None:
        self.name = name
        self._process = process
        self._ended = asyncio.create_task(self._follow(output, lines), name=f"follow {name}")

    @classmethod
    async def start(
        cls,
        name: str,
        command: str,
        environment: Mapping[str, str],
        lines: Callable[[str, str], None],
        inherited: int,
    ) -> "Child":
        """Run a Procfile's command line; `lines` is called with the name and each line.

        The descriptor `inherited` is the command's too.
        """
        reader, writer = os.pipe()
        try:
            process = await _spawn(command, environment, writer, inherited)
        except BaseException:
            os.close(reader)
            raise
        finally:
            os.close(writer)
        return cls(name, process, await _stream(reader), lines)

    @property
    def code(self) -> int | None:
        """Its exit code; None while it runs. Negative: ended by that signal."""
        return self._process.returncode

    async def ended(self) -> int:
        """Its exit code, once it is gone with all of its group and its last line is shown."""
        return await asyncio.shield(self._ended)

    def terminate(self) -> None:
        """Ask it to finish. Only the leader: its own children are its to close."""
        with suppress(ProcessLookupError):
            self._process.terminate()

    def kill(self) -> None:
        """End it and its group at once."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    async def _follow(self, output: asyncio.StreamReader, lines: Callable[[str, str], None]) -> int:
        reading = asyncio.create_task(self._pass_on(output, lines), name=f"read {self.name}")
        code = await self._process.wait()
        self.kill()  # what it left in its group
        # What it left in another group may hold the pipe open for ever.
        await asyncio.wait([reading], timeout=LAST_LINES_SECONDS)
        reading.cancel()
        return code

    async def _pass_on(
        self, output: asyncio.StreamReader, lines: Callable[[str, str], None]
    ) -> None:
        async for line in _lines(output):
            lines(self.name, line.decode(errors="replace"))


async def _spawn(
    command: str, environment: Mapping[str, str], output: int, inherited: int
) -> Process:
    setpriv = shutil.which("setpriv")  # macOS has none, and no such signal either
    leash = [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
    return await asyncio.create_subprocess_exec(
        *leash,
        "/bin/sh",
        "-c",
        _replacing_the_shell(command),
        env=environment,
        stdin=DEVNULL,
        # Not asyncio's PIPE: with it, wait() waits for every grandchild that holds the pipe open.
        stdout=output,
        stderr=output,
        pass_fds=[inherited],
        # Its own group and session: Ctrl-C reaches the launcher alone, which ends all in order.
        start_new_session=True,
    )


def _replacing_the_shell(command: str) -> str:
    """Debian's sh stays between us and the command and would keep our signals to itself.

    `env` is for lines that begin with `NAME=value`. A line with an operator is left as it is.
    """
    return command if SHELL_OPERATORS & set(command) else f"exec env {command}"


async def _stream(reader: int) -> asyncio.StreamReader:
    loop = asyncio.get_running_loop()
    stream = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(stream)
    await loop.connect_read_pipe(lambda: protocol, os.fdopen(reader, "rb", buffering=0))
    return stream


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    rest = b""
    while chunk := await stream.read(1 << 16):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line
        if len(rest) > LINE_BYTES:
            yield rest
            rest = b""
    if rest:
        yield rest
