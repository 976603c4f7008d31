"""The agents' processes of one stack that live, by the session that each has open."""

import re
import threading
from collections import defaultdict
from pathlib import Path
from types import TracebackType
from typing import Self

EVERY_S = 0.005
_SESSION = re.compile(rb"--(?:session-id|resume)(?:\0|=)([0-9a-f-]{36})\0")


class AgentProcesses:
    """Looks on, from a thread of its own, while the block runs.

    Other tests' agents are on the machine as well, and theirs may be two: only those are counted
    that work below the folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self.most: dict[str, int] = defaultdict(int)
        """Session id → how many processes had it open at once."""
        self.looks = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look_on(self) -> None:
        while not self._over.wait(EVERY_S):
            self.looks += 1
            for session, pids in _open(self._folder).items():
                self.most[session] = max(self.most[session], len(pids))


def _open(folder: Path) -> dict[str, set[str]]:
    """Whoever is seen by two passes lived between them, beside all others of whom that is true."""
    before, after = _seen(folder), _seen(folder)
    both = {session: before[session] & after[session] for session in before.keys() & after.keys()}
    return {session: pids for session, pids in both.items() if pids}


def _seen(folder: Path) -> dict[str, set[str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for process in Path("/proc").glob("[0-9]*"):
        try:
            match = _SESSION.search((process / "cmdline").read_bytes() + b"\0")
            if match and (process / "cwd").readlink().is_relative_to(folder):
                parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
                found[match[1].decode()][process.name] = parent
        except OSError:
            continue  # it has ended meanwhile
    # A process between its fork and its exec has its parent's line.
    return {
        session: {pid for pid, parent in pids.items() if parent not in pids}
        for session, pids in found.items()
    }
