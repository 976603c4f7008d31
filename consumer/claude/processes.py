"""The agent's processes: which they are, whether they live, and how they are ended for sure."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from shared.processes.marked import kill_marked
from shared.processes.stat import stat_of


def read_pid(pid_file: Path) -> int | None:
    """The process id the launcher wrote; None while there is none."""
    try:
        return int(pid_file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        state = stat_of(pid)[0]
    except OSError:
        return _answers_signals(pid) if not Path("/proc/self/stat").exists() else False
    return state != "Z"


def kill_agent(pid: int | None, pid_file: Path) -> None:
    """Kill the agent, its process group, and the tools it started in groups of their own.

    The tools are known by the variable that they inherit.
    """
    if pid is not None and is_alive(pid):
        with suppress(ProcessLookupError, PermissionError):
            _kill_group_or_process(pid)
    kill_marked(mark_of(pid_file))


def mark_of(pid_file: Path) -> bytes:
    """What the environment of an agent holds, and of all that it started."""
    return f"CAMPFIRE_AGENT_PID_FILE={pid_file.absolute()}".encode()


def _kill_group_or_process(pid: int) -> None:
    if os.getpgid(pid) == pid:
        os.killpg(pid, signal.SIGKILL)
    else:
        os.kill(pid, signal.SIGKILL)


def _answers_signals(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
