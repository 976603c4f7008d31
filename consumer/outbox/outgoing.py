"""`DATA_DIR/outgoing`: the bytes of files that are being posted, out of every agent's reach.

A folder a job, in it one a fencing token: an attempt that lost its claim spoils nobody's files.
"""

import asyncio
import hashlib
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import structlog

from consumer.outbox.files import File
from shared.keys import plain

log = structlog.get_logger()


OWN = "own"
"""Below an attempt's folder: what did not come from an outbox."""


class FileLost(Exception):
    """The kept bytes of a file are gone or others: its message began on another machine."""


class Outgoing:
    """The kept files, by job; nothing in it survives the job's settling."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def now_ns(self) -> int:
        """The time as the file system's own clock tells it, for comparing with a file's; ns."""
        clock = self._folder / ".clock"
        self._folder.mkdir(parents=True, exist_ok=True)
        clock.touch()
        os.utime(clock)
        return clock.stat().st_mtime_ns

    def new(self, job_id: str, token: str) -> Path:
        """An empty folder for the files of one attempt."""
        folder = self._of(job_id) / token
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def keep(self, job_id: str, token: str, name: str, content: bytes) -> File:
        """Keep bytes of our own, durably, beside what `new` made room for; raises OSError."""
        path = self._of(job_id) / token / OWN / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as kept:
            kept.write(content)
            kept.flush()
            os.fsync(kept.fileno())
        fsync_folder(path.parent)
        digest = hashlib.sha256(content).hexdigest()
        return File(name=name, size=len(content), digest=digest, place=self.place(path))

    def place(self, path: Path) -> str:
        """A kept file's place, as a reply stores it."""
        return str(path.relative_to(self._folder))

    def read(self, file: File) -> bytes:
        """The bytes that were kept; raises FileLost when they are not there as they were."""
        try:
            content = (self._folder / file.place).read_bytes()
        except OSError as error:
            raise FileLost(type(error).__name__) from error
        if hashlib.sha256(content).hexdigest() != file.digest:
            raise FileLost("other bytes")
        return content

    async def forget(self, job_id: str) -> None:
        """Delete what was kept for a job; harmless where nothing was."""
        if self._has(job_id):
            await asyncio.to_thread(shutil.rmtree, self._of(job_id), ignore_errors=True)

    async def tidy(self, prefix: str, lives: Callable[[str], Awaitable[object]]) -> None:
        """Delete what jobs left that are no more: those of this Redis prefix, if not `lives`."""
        for job_id in list(self._jobs()):
            if job_id.startswith(f"{prefix}:") and not await lives(job_id):
                log.info("outgoing_files_dropped", job=job_id)
                await self.forget(job_id)

    def _has(self, job_id: str) -> bool:
        """Asked of each message that ends: a Path is made at several times the cost."""
        return os.path.isdir(f"{self._folder}/{_name(job_id)}")

    def _jobs(self) -> Iterator[str]:
        for folder in self._folder.glob("*"):
            if folder.is_dir():
                yield unquote(folder.name)

    def _of(self, job_id: str) -> Path:
        return self._folder / _name(job_id)


def _name(job_id: str) -> str:
    return quote(plain(job_id), safe="")


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder as durable as the bytes of its files."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
