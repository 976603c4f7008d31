"""Which processes of a stack still run, in whatever group they hid: its CLIs and their tools."""

import re
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil

_EXITING = 0x4
"""PF_EXITING of Linux' include/linux/sched.h: a process that has died and is taken apart."""


def processes_of(folder: Path) -> list[psutil.Process]:
    """The processes that work in `folder` or were told of it, by environment or arguments.

    Every process of a stack has DATA_DIR in it, every CLI its CLAUDE_CONFIG_DIR.
    """
    return [process for process in psutil.process_iter() if _belongs(process, str(folder))]


def await_none(folder: Path, within_s: float) -> list[str]:
    """Wait until none is left; the command lines of those that stayed, which are killed."""
    deadline = time.monotonic() + within_s
    stayed = processes_of(folder)
    while stayed and (left := deadline - time.monotonic()) > 0:
        psutil.wait_procs(stayed, timeout=left)
        stayed = processes_of(folder)
    told = [_describe(process) for process in stayed]
    for process in stayed:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    return told


def _belongs(process: psutil.Process, folder: str) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE or _is_ending(process.pid):
            return False
        told = [*process.environ().values(), *process.cmdline()]
        return process.cwd().startswith(folder) or any(folder in value for value in told)
    except (psutil.Error, OSError):
        return False  # gone meanwhile, or another user's


def _is_ending(pid: int) -> bool:
    """Whether the kernel is about to end it, or does so now: a busy machine takes its time."""
    state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    pending = re.findall(r"^(?:SigPnd|ShdPnd):\s*(\w+)$", _status(pid), re.MULTILINE)
    killed = any(int(bits, 16) & 1 << signal.SIGKILL - 1 for bits in pending)
    return killed or bool(int(state[6]) & _EXITING)


def _status(pid: int) -> str:
    return Path(f"/proc/{pid}/status").read_text()


def _describe(process: psutil.Process) -> str:
    try:
        return f"{process.pid} {' '.join(process.cmdline())[:200]}"
    except psutil.Error:
        return str(process.pid)
