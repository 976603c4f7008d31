"""Processes that are known by a variable which they inherit: when who started them was killed, they
are nobody's children any more. Knows Linux's /proc; elsewhere it finds none."""

import os
import signal
import time
from collections.abc import Iterator, Set
from contextlib import suppress
from pathlib import Path

from shared.processes.stat import stat_of

LOOKS = 10
"""So often those are looked for that started while others were killed."""
BEGUN_WITHIN_S = 0.05
"""A program begins within a tenth of a millisecond, unless its file comes from a slow disk."""

BEGINNING = "0"
VIRTUAL_MEMORY, CODE, ENVIRONMENT = 20, 23, 48
"""In `stat_of`: how much, where the code begins, where the environment ends (fields 23, 26, 51)."""
MOST_SHOWN = 6 * 1024 * 1024
"""Bytes: the kernel takes no longer ones (fs/exec.c)."""


def kill_marked(mark: bytes) -> bool:
    """Kill the processes whose environment holds the mark, until none is left to find; whether
    there were any."""
    for look in range(LOOKS):
        if not _kill_found(mark):
            return look > 0
    return True


def marked_processes(marks: Set[bytes]) -> Iterator[tuple[int, bytes]]:
    """The processes whose environment holds one of the marks (`NAME=value`), and which."""
    for entry in Path("/proc").glob("[0-9]*"):
        pid = int(entry.name)
        for mark in marks & environment_of(pid):
            yield pid, mark


def environment_of(pid: int) -> Set[bytes]:
    """Each NAME=value; nothing for a process that is gone meanwhile, or another user's.

    A process that begins another program shows none until it has (Linux' fs/proc/base.c and
    fs/binfmt_elf.c): that moment is waited for.
    """
    until = time.monotonic() + BEGUN_WITHIN_S
    with suppress(OSError):
        shown, before = _shown(pid), ""
        while not shown and (where := _where_it_lies(pid)):
            if where == before or time.monotonic() > until:
                break
            before = "" if where == BEGINNING else where
            shown = _shown(pid)
        return set(shown.split(b"\0"))
    return set()


def _kill_found(mark: bytes) -> bool:
    killed = False
    for pid, _ in marked_processes({mark}):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
            killed = True
    return killed


def _shown(pid: int) -> bytes:
    """In one go: between two reads another program may begin, and the rest is gone."""
    environ = os.open(f"/proc/{pid}/environ", os.O_RDONLY)
    try:
        return os.read(environ, MOST_SHOWN)
    finally:
        os.close(environ)


def _where_it_lies(pid: int) -> str:
    """The environment's place in its memory, another one for each program; empty for what has no
    memory: a zombie, or the kernel's own. The kernel knows where the code begins only when it has
    counted the environment."""
    fields = stat_of(pid)
    if fields[VIRTUAL_MEMORY] == "0":
        return ""
    return BEGINNING if fields[CODE] == "0" else fields[ENVIRONMENT]
