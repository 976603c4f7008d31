"""Find what a process left running outside its group: a daemon a tool started, for one."""

import os
import signal
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

COOKIE = "CAMPFIRE_LAUNCH"
"""Every process of one launch inherits this variable, and keeps it in whatever group it goes."""


def new_cookie() -> str:
    """A value no other launch has."""
    return uuid.uuid4().hex


def kill_leftovers(cookie: str) -> int:
    """End all processes that carry the cookie; how many there were. Knows Linux's /proc only."""
    found = list(_carriers(f"{COOKIE}={cookie}".encode()))
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(found)


def _carriers(entry: bytes) -> Iterator[int]:
    for file in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):  # ended meanwhile, or another user's
            if entry in file.read_bytes().split(b"\0"):
                yield int(file.parent.name)
