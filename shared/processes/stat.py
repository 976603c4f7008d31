"""How a process is, by Linux's stat (proc(5))."""

from collections.abc import Sequence
from pathlib import Path


def stat_of(pid: int) -> Sequence[str]:
    """The fields from its state on, the third of proc(5); raises OSError when it is gone, or
    without a /proc. Before them stands its name, in brackets, which may be any bytes."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    return stat.rpartition(")")[2].split()
