"""How much is held by files that have no name any more, so that no folder shows them."""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
BLOCK = 512
"""Bytes of a block as stat counts them."""
_MAPPED = re.compile(
    r"^(?P<range>(?P<start>[0-9a-f]+)-(?P<end>[0-9a-f]+)) \S+ (?P<offset>[0-9a-f]+)"
    r" \S+ (?P<inode>[0-9]+) +(?P<name>/.*) \(deleted\)$",
    re.MULTILINE,
)
"""A line of maps, proc(5), that shows a part of such a file."""
_OF_MEMORY = ("/dev/zero", "/memfd:", "/SYSV")
"""Names of what never was in a folder."""


def nameless_bytes(processes: Iterable[int]) -> int:
    """Bytes of the files without a name that these processes have open or mapped."""
    sizes: dict[int, int] = {}
    for process in processes:
        for number, size in (*_open(PROC / str(process)), *_mapped(PROC / str(process))):
            sizes[number] = max(size, sizes.get(number, 0))
    return sum(sizes.values())


def _open(process: Path) -> Iterator[tuple[int, int]]:
    with suppress(OSError):
        for entry in os.scandir(process / "fd"):
            with suppress(OSError):
                file = os.stat(entry.path)
                if stat.S_ISREG(file.st_mode) and file.st_nlink == 0:
                    yield file.st_ino, file.st_blocks * BLOCK


def _mapped(process: Path) -> Iterator[tuple[int, int]]:
    """Closed again, such a file lives as long as a part of it is mapped."""
    with suppress(OSError):
        for part in _MAPPED.finditer((process / "maps").read_text(errors="replace")):
            yield int(part["inode"]), _size(process, part)


def _size(process: Path, part: re.Match[str]) -> int:
    try:
        return os.stat(process / "map_files" / part["range"]).st_blocks * BLOCK
    except OSError:
        # Only root may look; anybody else sees the part. Memory counts as such, once it is used.
        seen = int(part["offset"], 16) + int(part["end"], 16) - int(part["start"], 16)
        return 0 if part["name"].startswith(_OF_MEMORY) else seen
