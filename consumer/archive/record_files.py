"""The files of a folder of records, by when each was used last; none is read for it.

A file's own time says it: it is set with each record that is written. In a copy that has lost its
times a record counts as used when it was copied.
"""

import heapq
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path


class RecordFiles:
    """A look costs some microseconds a file; all raise OSError, but where there is no folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[Path]:
        """Every one, in the order of their names."""
        return sorted(Path(entry.path) for entry in self._entries())

    def newest(self, most: int, since: datetime) -> list[Path]:
        """The files that were used since that moment, the newest first."""
        used = ((at, path) for at, path in self._by_use() if at >= since.timestamp())
        return [Path(path) for _, path in heapq.nlargest(most, used)]

    def unused_since(self, moment: datetime) -> list[Path]:
        """The files that were not used since that moment, the longest unused first."""
        used = sorted((at, path) for at, path in self._by_use() if at < moment.timestamp())
        return [Path(path) for _, path in used]

    def _by_use(self) -> Iterator[tuple[float, str]]:
        for entry in self._entries():
            try:
                yield entry.stat().st_mtime, entry.path
            except FileNotFoundError:
                continue  # forgotten meanwhile

    def _entries(self) -> Iterator["os.DirEntry[str]"]:
        try:
            with os.scandir(self._folder) as entries:
                yield from (it for it in entries if _is_record(it.name))
        except FileNotFoundError:
            return


def note_use(file: Path, at: datetime) -> None:
    """Give the file of a record that was written just now the time of its last use."""
    os.utime(file, (at.timestamp(), at.timestamp()))


def _is_record(name: str) -> bool:
    return name.startswith("session_") and name.endswith(".json")
