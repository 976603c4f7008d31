"""What a process of ours tells of itself: which it is, since when, and how it fares."""

import asyncio
import os
import socket
import time

from pydantic import BaseModel, ConfigDict

from shared.processes.memory import memory_of
from shared.program import PROGRAM

LOOK_S = 0.5
_MIB = 1024 * 1024


class ProcessState(BaseModel):
    """One look at it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    pid: int
    host: str = ""
    """The machine's, or the container's, own name."""
    release: str = ""
    since_ms: int = 0
    rss_mb: int = 0
    """Resident memory in MiB, without what it started; 0 where the system does not tell."""
    lag_s: float = 0.0
    """How late the event loop was at worst since the last look."""


class OwnProcess:
    """Run `watch()` on the loop that is to be watched."""

    def __init__(self) -> None:
        self._since_ms = time.time_ns() // 1_000_000
        self._lag_s = 0.0

    async def watch(self) -> None:
        """Sleep, and see how late it is woken; never returns."""
        while True:
            began = time.monotonic()
            await asyncio.sleep(LOOK_S)
            self._lag_s = max(self._lag_s, time.monotonic() - began - LOOK_S)

    def state(self) -> ProcessState:
        """How it is; any thread may ask."""
        lag_s, self._lag_s = self._lag_s, 0.0
        return ProcessState(
            pid=os.getpid(),
            host=socket.gethostname(),
            release=PROGRAM.rpartition("/")[2],
            since_ms=self._since_ms,
            rss_mb=_resident_mb(),
            lag_s=round(lag_s, 3),
        )


def _resident_mb() -> int:
    try:
        return memory_of().resident // _MIB
    except OSError:
        return 0
