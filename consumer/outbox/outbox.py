"""The outbox: what an agent wrote to `outbox/` during its turn, copied out of its reach.

The agent and its tools are not trusted, and may still be writing: no link is followed, only plain
files with one name are read, within bounds, and what was read is what is posted.
"""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import structlog

from consumer.outbox.copying import NotPlain, TooLarge, copy
from consumer.outbox.files import File, LeftOut, Why, safe_name
from consumer.outbox.folder import OUTBOX
from consumer.outbox.outgoing import Outgoing, fsync_folder
from shared.kill_points import reached
from shared.numbers import whole_number

MOST_ENTRIES, DEEPEST = 2000, 5
"""No more is looked at of an outbox that nobody would want posted."""
MOST_TOLD = 5
"""Names that are told for one reason."""
_INTO = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_DIGITS = re.compile(r"([0-9]+)")

log = structlog.get_logger()

PathParts = tuple[str, ...]
"""A path below the outbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one answer may bring: how many files, bytes of one, bytes of all."""

    files: int = 10
    size: int = 20_000_000
    total: int = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a turn's outbox held, in the order of posting."""

    files: tuple[File, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class Outbox:
    """Takes files for replies; blocking, so to be called in a thread."""

    def __init__(self, outgoing: Outgoing, bounds: Bounds) -> None:
        self.outgoing = outgoing
        self.bounds = bounds

    def now_ns(self) -> int:
        """When a turn begins, for `take`."""
        return self.outgoing.now_ns() if self.bounds.files else 0

    def keep(self, job_id: str, token: str, name: str, content: bytes) -> File:
        """Keep a file of our own beside what was taken; it counts for no bound. Raises OSError."""
        return self.outgoing.keep(job_id, token, name, content)

    def take(self, job_id: str, token: str, folder: Path, since_ns: int) -> Taken:
        """What was written or changed since then in the outbox of a working directory.

        The agent keeps its files; a later turn posts only what it touches again.
        """
        try:
            with _opened(folder / OUTBOX) as top:
                fresh = _fresh(top, since_ns) if self.bounds.files else []
                return self._copied(job_id, token, top, fresh) if fresh else Taken()
        except FileNotFoundError:
            return Taken()
        except Exception as error:
            # A disk that is full, an outbox that is a link, a fault of ours over a strange name:
            # the text is answer enough.
            unexpected = not isinstance(error, OSError)
            log.warning("outbox_not_taken", reason=type(error).__name__, exc_info=unexpected)
            return Taken(left_out=(LeftOut(why="unreadable", names=(OUTBOX,), count=1),))

    def _copied(self, job_id: str, token: str, top: int, fresh: list[PathParts]) -> Taken:
        target = self.outgoing.new(job_id, token)
        taking = _Taking(self.outgoing, self.bounds, target, top)
        for path in fresh:
            taking.take(path)
            reached("turn.file_kept")
        fsync_folder(target)
        fsync_folder(target.parent)
        return taking.taken()


class _Taking:
    """One outbox on its way into the kept files."""

    def __init__(self, outgoing: Outgoing, bounds: Bounds, target: Path, top: int) -> None:
        self._outgoing = outgoing
        self._bounds = bounds
        self._target = target
        self._top = top
        self._files: list[File] = []
        self._left: dict[Why, list[str]] = {}

    def take(self, path: PathParts) -> None:
        """Copy one file, or note why not."""
        name = safe_name(path[-1])
        why = self._trouble(path, name)
        if why is not None:
            self._left.setdefault(why, []).append(name)
            log.info("outbox_file_left_out", why=why)

    def _trouble(self, path: PathParts, name: str) -> Why | None:
        if len(self._files) >= self._bounds.files:
            return "too_many"
        left = self._bounds.total - sum(file.size for file in self._files)
        try:
            self._keep(path, name, min(self._bounds.size, left))
        except TooLarge as error:
            return "too_large" if error.size > self._bounds.size else "too_much"
        except NotPlain:
            return "no_file"
        except OSError:
            return "unreadable"
        return None

    def _keep(self, path: PathParts, name: str, most: int) -> None:
        kept = self._target / str(len(self._files))
        with _folder_of(self._top, path) as folder:
            size, digest = copy(folder, path[-1], kept, most)
        place = self._outgoing.place(kept)
        self._files.append(File(name=name, size=size, digest=digest, place=place))

    def taken(self) -> Taken:
        """What came of it."""
        left = (
            LeftOut(why=why, names=tuple(names[:MOST_TOLD]), count=len(names))
            for why, names in self._left.items()
        )
        return Taken(files=tuple(self._files), left_out=tuple(left))


def _fresh(top: int, since_ns: int) -> list[PathParts]:
    """What was touched since then, in the order of posting: by name, 2 before 10."""
    touched = (path for path, found in _entries(top) if found.st_ctime_ns >= since_ns)
    return sorted(islice(touched, MOST_ENTRIES), key=_natural)


def _entries(folder: int, above: PathParts = ()) -> Iterator[tuple[PathParts, os.stat_result]]:
    """Everything below that is no folder; hidden names are the agent's own business."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in islice(entries, MOST_ENTRIES)]
    for name in names:
        if name.startswith("."):
            continue
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if not stat.S_ISDIR(found.st_mode):
            yield (*above, name), found
        elif len(above) < DEEPEST:
            with _opened(name, folder) as inner:
                yield from _entries(inner, (*above, name))


def _natural(path: PathParts) -> list[list[tuple[int, str]]]:
    return [[(whole_number(part) or 0, part) for part in _DIGITS.split(name)] for name in path]


@contextmanager
def _folder_of(top: int, path: PathParts) -> Iterator[int]:
    """The open folder that a path's file is in, reached without following a link."""
    folder = os.dup(top)
    try:
        for name in path[:-1]:
            inner = os.open(name, _INTO, dir_fd=folder)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


@contextmanager
def _opened(path: str | Path, above: int | None = None) -> Iterator[int]:
    folder = os.open(path, _INTO, dir_fd=above)
    try:
        yield folder
    finally:
        os.close(folder)
