"""The other names of a path: the same file system mounted a second time shows it there too."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
_ESCAPED = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of mountinfo (proc(5)): a folder of a device, and where it can be seen."""

    device: str
    root: Path
    point: Path


def mounts(listing: str | None = None) -> list[Mount]:
    """Every mount of this process; none on a machine without /proc."""
    if listing is None:
        try:
            listing = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return []
    fields = [line.split(" ") for line in listing.splitlines()]
    return [Mount(some[2], _path(some[3]), _path(some[4])) for some in fields if len(some) > 4]


def other_names(path: Path, known: list[Mount]) -> Iterator[Path]:
    """Where else `path` (absolute, without links) may be found; each exists."""
    home = max(
        (mount for mount in known if path.is_relative_to(mount.point)),
        key=lambda mount: len(mount.point.parts),
        default=None,
    )
    if home is None:
        return
    inside = home.root / path.relative_to(home.point)
    for mount in known:
        if mount.device == home.device and inside.is_relative_to(mount.root):
            name = mount.point / inside.relative_to(mount.root)
            if name != path and os.path.lexists(name):
                yield name


def _path(field: str) -> Path:
    return Path(_ESCAPED.sub(lambda found: chr(int(found[1], 8)), field))
