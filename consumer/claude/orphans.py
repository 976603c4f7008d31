"""Agents of a consumer that was killed on this machine. They live for seconds yet (guard.sh), with
their conversations open; whoever goes on with one of these waits for that."""

import asyncio
import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import starmap
from pathlib import Path

import structlog

from consumer.claude.processes import mark_of
from shared.processes.marked import environment_of, marked_processes

ENDED_WITHIN_S = 5.0
"""The guard gives them two."""

_ours = set[Path]()

log = structlog.get_logger(__name__)


@contextmanager
def living(run_dir: Path) -> Iterator[None]:
    """Within this block others see that the owner of the folder lives; they see it end, too,
    however it ends. One block a process: another finds that it is said already."""
    if run_dir in _ours:
        yield
        return
    _ours.add(run_dir)
    try:
        with _owner(run_dir).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # others hold it for the moment of a look
            yield
    finally:
        _ours.discard(run_dir)


async def gone_from(run_dir: Path, folder: Path) -> None:
    """Return when no agent of a dead consumer works in this folder any more; `run_dir` is ours."""
    orphans = await asyncio.to_thread(_working_in, run_dir, folder)
    if orphans:
        log.info("orphans_awaited", pids=sorted(orphans))
    await asyncio.gather(*starmap(_ended, orphans.items()))


async def _ended(pid: int, mark: bytes) -> None:
    with suppress(ProcessLookupError):  # it has ended meanwhile
        descriptor = os.pidfd_open(pid)
        try:
            if mark in environment_of(pid):  # else its number is another's by now
                await _gone(pid, descriptor)
        finally:
            os.close(descriptor)


async def _gone(pid: int, descriptor: int) -> None:
    try:
        await _readable(descriptor)
    except TimeoutError:
        log.warning("orphan_killed", pid=pid)
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        await _readable(descriptor)


async def _readable(descriptor: int) -> None:
    loop, readable = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(descriptor, readable.set)
    try:
        async with asyncio.timeout(ENDED_WITHIN_S):
            await readable.wait()
    finally:
        loop.remove_reader(descriptor)


def _working_in(run_dir: Path, folder: Path) -> dict[int, bytes]:
    """The agents there, and what they started, wherever that works, with their marks."""
    dead = [it for it in run_dir.parent.glob("*/") if it != run_dir and not _lives(it)]
    marks = {mark_of(pid_file) for other in dead for pid_file in other.glob("*.pid")}
    marked = dict(marked_processes(marks)) if marks else {}
    there = {mark for pid, mark in marked.items() if _works_in(pid, folder)}
    return {pid: mark for pid, mark in marked.items() if mark in there}


def _works_in(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink().is_relative_to(folder.resolve())
    except OSError:
        return False


def _owner(run_dir: Path) -> Path:
    return run_dir / "owner"


def _lives(run_dir: Path) -> bool:
    try:
        with _owner(run_dir).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False  # an earlier release's, or it goes away right now
    return False
