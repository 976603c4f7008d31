"""The spool: messages on disk while Redis is away, in order, a file each, safe in a crash."""

import asyncio
import itertools
import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from shared.inbound import InboundMessage


class Spool:
    """A folder of messages. A file is either whole and on disk, or not there.

    Two ingresses may share the folder while one replaces the other: both feed from it, and the
    queue takes each message once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._counter = itertools.count()
        folder.mkdir(parents=True, exist_ok=True)
        for half_written in folder.glob("*.tmp"):
            half_written.unlink()
        self._waiting = sum(1 for _ in self._files())
        self._listed = deque[Path]()
        """The oldest of them, as far as the last look at the folder is not fed yet: all that came
        since is newer."""

    @property
    def waiting(self) -> int:
        """How many messages are on disk."""
        return self._waiting

    async def put(self, message: InboundMessage) -> None:
        """Store the message, flushed to the disk; raises OSError when the disk will not."""
        # Ordered by arrival: the clock for restarts, the counter for ties.
        name = f"{time.time_ns():020d}-{next(self._counter):06d}.json"
        await asyncio.to_thread(self._write, self._folder / name, message.model_dump_json())
        self._waiting += 1

    def peek(self, most: int) -> list[tuple[Path, InboundMessage]]:
        """The oldest messages, in order; raises OSError, and ValueError when the oldest file is
        damaged."""
        if not self._listed:
            self._listed = deque(sorted(self._files()))
            self._waiting = len(self._listed)  # another ingress may have taken some
        found = list[tuple[Path, InboundMessage]]()
        for file in list(islice(self._listed, most)):
            try:
                found.append((file, InboundMessage.model_validate_json(file.read_bytes())))
            except FileNotFoundError:
                self._listed.remove(file)  # taken since
            except ValueError:
                if not found:
                    raise
                break  # those before it go first
        return found

    def remove(self, file: Path) -> None:
        """Forget one message that is safe elsewhere now; raises OSError."""
        file.unlink(missing_ok=True)
        with suppress(ValueError):
            self._listed.remove(file)
        self._waiting = max(0, self._waiting - 1)

    def set_aside(self) -> Path:
        """Move the oldest file out of the way, for an operator to look at; raises OSError."""
        oldest = self._listed.popleft() if self._listed else min(self._files())
        aside = oldest.with_suffix(".damaged")
        oldest.rename(aside)
        self._waiting -= 1
        return aside

    def _files(self) -> Iterator[Path]:
        # Not glob: since Python 3.13 it takes an error for emptiness, and nothing would be fed.
        names = (name for name in os.listdir(self._folder) if name.endswith(".json"))
        return (self._folder / name for name in names)

    def _write(self, file: Path, text: str) -> None:
        half_written = file.with_suffix(".tmp")
        try:
            with half_written.open("w", encoding="utf-8") as target:
                target.write(text)
                target.flush()
                os.fsync(target.fileno())
            half_written.rename(file)
        except OSError:
            half_written.unlink(missing_ok=True)
            raise
        self._flush_folder()

    def _flush_folder(self) -> None:
        """A rename is on disk only when its folder is."""
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
