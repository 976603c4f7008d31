"""Starts a Python module of ours that handles what others wrote: caged, poor, and last in line.

It sees the system's programs, our code, and the folders it is given; no network, no other process,
no secret: its environment is written anew. Where no cage can be made it runs without one, under
the same limits.
"""

import asyncio
import os
import secrets
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from signal import SIGKILL

import structlog

from consumer.cage.our_paths import ROOT, interpreter
from consumer.cage.system_calls import MissingLibrary, filter_file
from consumer.cage.tightening import tightened
from shared.processes.marked import kill_marked

log = structlog.get_logger(__name__)

SYSTEM = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/nix/store")
CODE = ("consumer", "shared")
ALONE = (
    *("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
    *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"),  # noqa: S108 - the cage's own
)

MARK = "CAMPFIRE_ERRAND"
"""The variable that all have which one child has started."""
GONE_S = 0.2
"""So long a child may take to be gone before it is killed, or looked for once more."""
LOOKS = 25
"""Who still holds its pipes then has thrown off the mark, and holds nobody else."""

CLOSED = ("--remount-ro", "/", "--chdir", str(ROOT))
"""The root of the cage is a file system in memory, as /tmp is: nothing is to be left there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What to run, and what it may see beside the system."""

    module: str
    arguments: Sequence[str]
    reads: Sequence[Path] = ()
    writes: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class Child:
    """A process that runs an errand."""

    process: Process
    mark: bytes
    """What the environment of all that it starts holds."""

    async def end(self) -> None:
        """Wait until it is gone; unless it has told all, and ends by itself at once, kill it with
        all that it started.

        bwrap has what it starts die with it, but not yet in its first moments, when that has left
        its process group already: by its mark it is found. asyncio takes no process for ended whose
        pipes are held.
        """
        assert self.process.stdout is not None  # noqa: S101 - it was started with pipes
        try:
            if self.process.stdout.at_eof() and await self._is_gone():
                return
            self._kill_group()
            for _ in range(LOOKS):
                killed = await asyncio.to_thread(kill_marked, self.mark)
                if await self._is_gone() and not killed:
                    return
        except asyncio.CancelledError:
            self._kill_group()  # who cancels waits no longer
            kill_marked(self.mark)
            raise
        log.warning("child_not_ended", pid=self.process.pid)

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, SIGKILL)

    async def _is_gone(self) -> bool:
        """With all that hold its pipes: `wait` returns before they do if it was called before."""
        assert self.process.stdout is not None  # noqa: S101 - as above
        try:
            async with asyncio.timeout(GONE_S):
                while await self.process.stdout.read(1 << 16):
                    pass  # who still talks is not heard any more
                await self.process.wait()
        except TimeoutError:
            return False
        return True


async def start(errand: Errand, *, caged: bool = True) -> Child:
    """The child, with its input, which ends when we do, and its output as pipes.

    Raises OSError, MissingLibrary too where no cage can be made.
    """
    python = [sys.executable, "-s", "-m", errand.module, *errand.arguments]
    if not caged:
        return await _spawn(python)
    program, calls = _bwrap(), filter_file()
    try:
        options = tightened([*ALONE, *_mounts(errand), *CLOSED, "--", *python], calls)
        return await _spawn([program, *options], calls)
    finally:
        os.close(calls)


async def can_be_caged() -> bool:
    """Whether a cage can be made here and Python runs in it."""
    try:
        child = await start(Errand(module="consumer.documents", arguments=()))
    except OSError:  # MissingLibrary is one
        return False
    try:
        await child.process.communicate()
    finally:
        await child.end()
    return child.process.returncode == 0


def _bwrap() -> str:
    found = which("bwrap")
    if found is None:
        raise MissingLibrary("bwrap is missing")
    return found


def _mounts(errand: Errand) -> Iterator[str]:
    for folder in SYSTEM:
        yield from ("--ro-bind-try", folder, folder)
    yield from ("--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache")
    for part in (*interpreter(), *(ROOT / name for name in CODE), *errand.reads):
        yield from ("--ro-bind", str(part), str(part))
    for folder in map(str, errand.writes):
        yield from ("--bind", folder, folder)


async def _spawn(command: Sequence[str], *files: int) -> Child:
    value = secrets.token_hex(16)
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,  # tracebacks hold words of the documents
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", MARK: value},
        pass_fds=files,
        start_new_session=True,
    )
    return Child(process, f"{MARK}={value}".encode())
