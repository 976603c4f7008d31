"""What a process holds in memory, by Linux's statm (proc(5))."""

import os
from pathlib import Path
from typing import NamedTuple


class ProcessMemory(NamedTuple):
    """Memory of one process, in bytes."""

    resident: int
    shared: int
    """Of the resident: what others may have in common with it."""
    data: int
    """Data and stack, resident or not, as RLIMIT_DATA counts them."""


def memory_of(process: int | str = "self") -> ProcessMemory:
    """The memory of a process by its id; raises OSError when it is gone, or without a /proc."""
    fields = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()
    page = os.sysconf("SC_PAGE_SIZE")
    resident, shared, data = (int(fields[place]) * page for place in (1, 2, 5))
    return ProcessMemory(resident, shared, data)
