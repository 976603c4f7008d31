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
            if mark in _marks(Path(f"/proc/{pid}")):  # else its number is another's by now
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
    marks = {
        f"CAMPFIRE_AGENT_PID_FILE={pid_file.absolute()}".encode()
        for pid_file in run_dir.parent.glob("*/*.pid")
        if pid_file.parent != run_dir and not _lives(pid_file.parent)
    }
    marked = list(_marked(marks)) if marks else []
    there = {mark for mark, process in marked if _works_in(process, folder)}
    return {int(process.name): mark for mark, process in marked if mark in there}


def _marked(marks: set[bytes]) -> Iterator[tuple[bytes, Path]]:
    for process in Path("/proc").glob("[0-9]*"):
        for mark in marks.intersection(_marks(process)):
            yield mark, process


def _marks(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return []  # gone meanwhile, or another user's


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").readlink().is_relative_to(folder.resolve())
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
