"""The memory limits of the control groups this process is in: a container's, a systemd unit's.

A unit's `MemoryMax` stands at the path in `/proc/self/cgroup`, not at the hierarchy's root, and
each group above may be tighter. Source of the files: Linux's cgroups(7) and proc(5).
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

LIMITS = {
    # Above `memory.high` a group is slowed down until it stands still.
    "cgroup2": ("memory.max", "memory.high"),
    "cgroup": ("memory.limit_in_bytes",),
}


def memory_limits(process: Path = Path("/proc/self")) -> list[int]:
    """Every limit that holds for the process, in bytes, of both versions; empty where none does."""
    found = []
    for version, mount_root, mount in _memory_mounts(process):
        own = _group(process, version)
        if own is None:
            continue
        for folder in _upwards(mount, _inside(own, mount_root)):
            found += [limit for name in LIMITS[version] if (limit := _read(folder / name))]
    return found


def _memory_mounts(process: Path) -> Iterator[tuple[str, PurePosixPath, Path]]:
    """Version, the group that is the mount's root, and where it is mounted."""
    for line in _lines(process / "mountinfo"):
        here, _, there = line.partition(" - ")
        version, _, options = there.split(" ", 2)
        if version == "cgroup2" or (version == "cgroup" and "memory" in options.split(",")):
            root, mount = here.split(" ")[3:5]
            yield version, PurePosixPath(root), Path(mount.replace("\\040", " "))


def _group(process: Path, version: str) -> PurePosixPath | None:
    for line in _lines(process / "cgroup"):
        _, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(",") if version == "cgroup" else controllers == "":
            return PurePosixPath(path)
    return None


def _inside(own: PurePosixPath, mount_root: PurePosixPath) -> PurePosixPath:
    """The path below the mount; a container may see its own group as the root, or from outside."""
    if own.is_relative_to(mount_root):
        return own.relative_to(mount_root)
    return own.relative_to("/")


def _upwards(mount: Path, inside: PurePosixPath) -> Iterator[Path]:
    for path in (inside, *inside.parents):
        if ".." not in path.parts:  # a group outside of what a namespace shows
            yield mount / path


def _read(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None  # no such group here, or "max": no limit


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []  # not Linux
