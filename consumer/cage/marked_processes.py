"""Processes that are known by a variable which they inherit: when who started them was killed, they
are nobody's children any more."""

import os
import signal
from collections.abc import Iterator, Set
from contextlib import suppress
from pathlib import Path


def kill_marked(mark: bytes) -> bool:
    """Kill the processes whose environment holds the mark; whether there were any."""
    killed = False
    for pid, _ in marked_processes({mark}):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
            killed = True
    return killed


def marked_processes(marks: Set[bytes]) -> Iterator[tuple[int, bytes]]:
    """The processes whose environment holds one of the marks (`NAME=value`), and which."""
    for entry in Path("/proc").glob("[0-9]*"):
        pid = int(entry.name)
        for mark in marks & environment_of(pid):
            yield pid, mark


def environment_of(pid: int) -> Set[bytes]:
    """Each NAME=value; nothing for a process that is gone meanwhile, or another user's."""
    try:
        return set(Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"))
    except OSError:
        return set()
