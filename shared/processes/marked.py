"""Processes that are known by a variable which they inherit: when who started them was killed, they
are nobody's children any more. Knows Linux's /proc; elsewhere it finds none."""

import os
import signal
import time
from collections.abc import Iterator, Set
from contextlib import suppress
from pathlib import Path

LOOKS = 10
"""So often those are looked for that started while others were killed."""
BEGUN_WITHIN_S = 0.05
"""A program begins within a tenth of a millisecond, unless its file comes from a slow disk."""

BEGINNING = "0"
VIRTUAL_MEMORY, END_OF_ENVIRONMENT = 20, 48
"""Fields 23 and 51 of proc(5)'s stat, counted from the one behind the program's name."""


def kill_marked(mark: bytes) -> bool:
    """Kill the processes whose environment holds the mark, until none is left to find; whether
    there were any."""
    found = _kill_found(mark)
    for _ in range(LOOKS if found else 0):
        if not _kill_found(mark):
            break
    return found


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
    with suppress(OSError):
        environ, until = Path(f"/proc/{pid}/environ"), time.monotonic() + BEGUN_WITHIN_S
        shown, before = environ.read_bytes(), ""
        while not shown and (where := _where_it_lies(pid)):
            if where == before or time.monotonic() > until:
                break
            before = "" if where == BEGINNING else where
            shown = environ.read_bytes()
        return set(shown.split(b"\0"))
    return set()


def _kill_found(mark: bytes) -> bool:
    killed = False
    for pid, _ in marked_processes({mark}):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
            killed = True
    return killed


def _where_it_lies(pid: int) -> str:
    """The environment's place in its memory, another one for each program; empty for what has no
    memory: a zombie, or the kernel's own."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    fields = stat.rpartition(")")[2].split()  # the name before it may be any bytes
    return "" if fields[VIRTUAL_MEMORY] == "0" else fields[END_OF_ENVIRONMENT]
