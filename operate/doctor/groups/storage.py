"""DATA_DIR: whether it lasts, can be written, has room, and is quick enough."""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from operate.doctor.finding import Finding, broken, ok, warning

MIB = 1024 * 1024
LITTLE_MB, TOO_LITTLE_MB = 1024, 100
SLOW_S = 0.1
MOUNTS = Path("/proc/self/mountinfo")
_CONTAINERS_OWN = ("overlay", "aufs", "fuse-overlayfs")
_MEMORY = ("tmpfs", "ramfs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """What is known of the folder."""

    folder: Path
    exists: bool = True
    fault: str = ""
    """Why nothing can be written there."""
    kind: str = ""
    """Of the file system that it lies on."""
    free_mb: int = 0
    flush_s: float = 0.0
    """How long a small file took to get onto the disk."""


def disk(folder: Path) -> Disk:
    """Look; a file of a few bytes is written and gone again. A folder that is missing stays so."""
    here = next(it for it in (folder, *folder.parents) if it.exists())
    try:
        flush_s, fault = (_flush_s(here) if here == folder else _may_make(here)), ""
    except OSError as error:
        flush_s, fault = 0.0, error.strerror or type(error).__name__
    return Disk(
        folder=folder,
        exists=here == folder,
        fault=fault,
        kind=kind_of(_text(MOUNTS), here),
        free_mb=shutil.disk_usage(here).free // MIB,
        flush_s=flush_s,
    )


def disk_findings(found: Disk) -> Iterator[Finding]:
    """What is told of it."""
    if found.fault:
        yield broken(
            f"DATA_DIR: {found.folder} cannot be written: {found.fault}",
            f"Give it to the service's user: chown it, or set DATA_DIR to a folder of user"
            f" {os.geteuid()}.",
        )
    elif not found.exists:
        yield ok(f"{found.folder} is made at the first start")
    else:
        yield ok(f"{found.folder} can be written")
    yield from _lasts(found)
    yield from _room(found)
    if found.flush_s > SLOW_S:
        yield warning(
            f"a small file takes {found.flush_s:.2f} s to get onto the disk",
            "Use a disk of this machine, not a network share: messages that come in while Redis is"
            " away are written there before Campfire is answered.",
        )


def kind_of(mountinfo: str, folder: Path) -> str:
    """The file system that the folder lies on; fields as in proc_pid_mountinfo(5)."""
    found, depth = "", -1
    for line in mountinfo.splitlines():
        here, _, there = line.partition(" - ")
        fields = here.split(" ")
        if len(fields) < 5 or not there:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda it: chr(int(it[1], 8)), fields[4]))
        if folder.is_relative_to(point) and len(point.parts) >= depth:
            found, depth = there.split(" ")[0], len(point.parts)
    return found


def _lasts(found: Disk) -> Iterator[Finding]:
    if found.kind in _CONTAINERS_OWN:
        yield warning(
            f"{found.folder} lies in the container itself: conversations, keys and messages that"
            " wait on disk are gone with it",
            f"Mount a volume at it: `-v campfire-bot:{found.folder}` (docs/deploy.md).",
        )
    elif found.kind in _MEMORY:
        yield warning(
            f"{found.folder} lies in memory: a restart of the machine empties it",
            "Set DATA_DIR to a folder on a disk.",
        )


def _room(found: Disk) -> Iterator[Finding]:
    if found.free_mb >= LITTLE_MB:
        yield ok(f"{found.free_mb // 1024} GiB are free")
        return
    little = f"{found.free_mb} MiB are free at {found.folder}"
    mend = "Make room: documents, posted files and transcripts lie there, and what Redis logs."
    yield (broken if found.free_mb < TOO_LITTLE_MB else warning)(little, mend)


def _flush_s(folder: Path) -> float:
    with tempfile.TemporaryFile(dir=folder) as file:
        begin = time.monotonic()
        file.write(b"doctor")
        file.flush()
        os.fsync(file.fileno())
        return time.monotonic() - begin


def _may_make(parent: Path) -> float:
    if not os.access(parent, os.W_OK | os.X_OK):
        raise PermissionError(0, f"{parent} belongs to somebody else")
    return 0.0


def _text(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError:
        return ""  # not Linux: nothing is known of mounts
