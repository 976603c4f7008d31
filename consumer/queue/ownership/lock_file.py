"""The lock file: on one machine, proof that the consumer that signed it is dead."""

import fcntl
from pathlib import Path
from typing import IO


class LockFile:
    """Held from the first look that finds it free until `close()`, or the end of the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def predecessor(self) -> str:
        """Who signed it last, once it is ours: that process is dead. '' while another lives."""
        if self._file is None:
            self._file = self._open()
        if self._file is None:
            return ""
        self._file.seek(0)
        return self._file.read().strip()

    def sign(self, me: str) -> None:
        """Put our own id in, if it is ours."""
        if self._file is not None:
            self._file.truncate(0)
            self._file.write(me)
            self._file.flush()

    def close(self) -> None:
        """Let go of it; harmless when it was never ours."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> IO[str] | None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        return file
