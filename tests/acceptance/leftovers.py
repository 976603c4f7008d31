"""Which processes of a stack still run, in whatever group they hid: its CLIs and their tools."""

import time
from contextlib import suppress
from pathlib import Path

import psutil


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
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        told = [*process.environ().values(), *process.cmdline()]
        return process.cwd().startswith(folder) or any(folder in value for value in told)
    except (psutil.Error, OSError):
        return False  # gone meanwhile, or another user's


def _describe(process: psutil.Process) -> str:
    try:
        return f"{process.pid} {' '.join(process.cmdline())[:200]}"
    except psutil.Error:
        return str(process.pid)
