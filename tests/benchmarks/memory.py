"""Memory of another process, with its share of what it has in common with others."""

from pathlib import Path

KB = 1024


def pss_mib(pid: int) -> float:
    """Proportional set size, as Linux tells it (proc(5), smaps_rollup)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / KB
