"""How much memory there is, how much a process holds, and so how many sessions are affordable."""

import os
from pathlib import Path

from consumer.sessions.cgroups import memory_limits

SESSION_MB = 120
"""A hot session's memory after a few turns, measured: about 115 MB PSS, nearly all private."""
SHARE = 0.6
"""Of the machine's memory that sessions may take; the rest is Redis, Python, the page cache."""
MIB = 1024 * 1024


def affordable_sessions(limit_mb: int) -> int:
    """Hot sessions that fit into so many MiB; at least 1, at most 64."""
    return max(1, min(64, limit_mb // SESSION_MB))


def sessions_share_mb() -> int:
    """What sessions may take of the machine's and the container's memory, in MiB."""
    return int(available_mb() * SHARE)


def available_mb() -> int:
    """The machine's memory or the container's or unit's limit, whichever is smaller, in MiB."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *memory_limits()]) // MIB


def private_bytes(pid: int) -> int:
    """Memory the process alone holds, in bytes; 0 when it is gone or /proc is not there."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return (int(fields[1]) - int(fields[2])) * os.sysconf("SC_PAGE_SIZE")
