"""Control groups, by which the kernel bounds what all commands of a lane take together.

The watch looks twice a second: before it saw a fork bomb, that had taken every process id of the
machine (pid_max), and other rooms' commands and the service itself could start nothing more. Root
may make groups wherever their hierarchy is writable, others where it was handed over to them
(systemd's Delegate=); without them `limits.py` bounds the processes of who is not root.
Both versions: cgroups(7). Standard library alone: it is part of the wrapper.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from consumer.cage.limits import MEMORY, MIB, PROCESSES, TIMES

GROUP = "CAMPFIRE_AGENT_GROUP"
"""The name of the lane's groups, by environment."""
PREFIX = "campfire-cage-"
SELF = Path("/proc/self")
BOUNDS = {"pids": (PROCESSES, 1), "memory": (MEMORY, MIB)}
"""By controller: the variable that says how much, and its unit."""
FILES = {
    ("cgroup2", "pids"): "pids.max",
    ("cgroup2", "memory"): "memory.max",
    ("cgroup", "pids"): "pids.max",
    ("cgroup", "memory"): "memory.limit_in_bytes",
}
TRIES = 3


class GroupFolder(NamedTuple):
    """A folder below which groups may be made that one controller bounds."""

    controller: str
    folder: Path
    file: str
    """Of such a group, with the bound."""


def enter(environment: Mapping[str, str]) -> None:
    """Go into the lane's groups, with all that this process starts, as far as we may make them."""
    name = environment.get(GROUP)
    for parent in group_folders() if name else ():
        variable, unit = BOUNDS[parent.controller]
        if variable in environment:
            _enter(parent, PREFIX + str(name), TIMES * int(environment[variable]) * unit)


def sweep() -> None:
    """Remove the groups in which nothing runs: a lane's next command makes its own anew."""
    for parent in group_folders():
        for group in parent.folder.glob(f"{PREFIX}*"):
            with suppress(OSError):
                group.rmdir()


def bounding() -> list[str]:
    """What the kernel bounds here by groups; looked at by making one."""
    found = []
    for parent in group_folders():
        with suppress(OSError):
            (group := parent.folder / f"{PREFIX}{os.getpid()}").mkdir(exist_ok=True)
            group.rmdir()
            found.append(parent.controller)
    return sorted(found)


def group_folders(process: Path = SELF) -> list[GroupFolder]:
    """Below our own groups; where version 2 lets none be below them, beside us."""
    found: dict[str, GroupFolder] = {}
    for version, options, root, mount in _hierarchies(process):
        own = _own_group(process, version, options)
        if own is None or ".." in own.parts:
            continue
        inside = own.relative_to(root) if own.is_relative_to(root) else own.relative_to("/")
        for controller in BOUNDS:
            folder = _folder(version, options, controller, mount, inside)
            if folder is not None:
                parent = GroupFolder(controller, folder, FILES[version, controller])
                found.setdefault(controller, parent)
    return list(found.values())


def _enter(parent: GroupFolder, name: str, most: int) -> None:
    group = parent.folder / name
    for _ in range(TRIES):  # between two steps somebody may sweep
        try:
            group.mkdir(exist_ok=True)
            (group / parent.file).write_text(str(most), encoding="ascii")
            (group / "cgroup.procs").write_text("0", encoding="ascii")
        except FileNotFoundError:
            continue
        except OSError:
            return  # not ours to make
        return


def _hierarchies(process: Path) -> Iterator[tuple[str, list[str], PurePosixPath, Path]]:
    """Version, options, the group that is the mount's root, and where it is mounted."""
    for line in _lines(process / "mountinfo"):
        here, _, there = line.partition(" - ")
        version, _, options = there.split(" ", 2)
        if version in ("cgroup", "cgroup2"):
            root, mount = here.split(" ")[3:5]
            yield version, options.split(","), PurePosixPath(root), Path(mount)


def _own_group(process: Path, version: str, options: list[str]) -> PurePosixPath | None:
    for line in _lines(process / "cgroup"):
        _, controllers, path = line.split(":", 2)
        if (not controllers) if version == "cgroup2" else set(controllers.split(",")) & {*options}:
            return PurePosixPath(path)
    return None


def _folder(
    version: str, options: list[str], controller: str, mount: Path, inside: PurePosixPath
) -> Path | None:
    own = mount / inside
    if version == "cgroup":
        return own if controller in options else None
    above = [own, own.parent] if inside.parts else [own]
    for folder in above:
        if any(controller in line.split() for line in _lines(folder / "cgroup.subtree_control")):
            return folder
    return None


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
