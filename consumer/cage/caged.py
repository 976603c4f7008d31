"""The processes in the cages of one CLI, as /proc tells: found, counted, weighed, ended.

A cage has a process id namespace of its own (bubblewrap makes it, and inside it the CLI a second
one), so whatever a command starts, however it detaches itself, counts and ends with the cage.
"""

import os
import signal
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from consumer.cage.limits import SERVER

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
HELD = ("RssAnon", "RssShmem", "VmPTE")
"""Memory that is no file's. The kernel's tables are part of it: of much that is only read nothing
else counts."""


@dataclass(frozen=True, slots=True)
class Caged:
    """One process in a cage."""

    pid: int
    is_root: bool
    """Whether the cage ends with it: it is the first process of the outer namespace."""
    threads: int
    own_memory: int
    """Bytes that are no file's; what is shared with others counts for each of them."""


def caged_processes(cli: int) -> list[Caged]:
    """Everything that runs in a cage of this CLI, but for the MCP servers that it started."""
    depth = _depth(_status(cli))
    return [*_caged_below(cli, depth, _children(), in_cage=False)] if depth else []


def is_server(pid: int) -> bool:
    """Whether this child of a CLI is the cage of an MCP server: what it was started as says so.

    Of a command nobody but the CLI chooses the first words, and its own children are not the CLI's.
    """
    try:
        words = (PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False  # gone meanwhile
    return SERVER.encode() in words[1:5]


def end_cages(found: list[Caged]) -> None:
    """Kill each cage with all that is in it."""
    for process in found:
        if process.is_root:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process.pid, signal.SIGKILL)


def first_to_go(found: list[Caged]) -> None:
    """Where the machine runs out of memory before we look again, the kernel takes these first."""
    for process in found:
        with suppress(OSError):
            (PROC / str(process.pid) / "oom_score_adj").write_text("1000")


def seconds_of(found: list[Caged]) -> float:
    """Seconds since the oldest of the cages was made."""
    return max((_age(process.pid) for process in found if process.is_root), default=0.0)


def memory_of(found: list[Caged], enough: int) -> int:
    """Bytes they hold together; counted with care only where a rough count says more than `enough`.

    The rough count takes memory that a fork shares with its parent for twice as much.
    """
    in_files = _memory_files(found)
    rough = sum(process.own_memory for process in found) + in_files
    if rough <= enough:
        return rough
    return sum(_proportional(process) for process in found) + in_files


def _caged_below(
    parent: int, depth: int, children: Mapping[int, list[int]], *, in_cage: bool
) -> Iterator[Caged]:
    todo = [(child, in_cage) for child in children[parent] if not is_server(child)]
    while todo:
        pid, parent_in_cage = todo.pop()
        status = _status(pid)
        caged = _depth(status) > depth
        if caged:
            kept = sum(_number(status, name) for name in HELD) * 1024
            yield Caged(pid, not parent_in_cage, _number(status, "Threads"), kept)
        todo += [(child, caged) for child in children[pid]]


def _children() -> Mapping[int, list[int]]:
    """Every process of this machine under its parent."""
    found: dict[int, list[int]] = defaultdict(list)
    for entry in PROC.glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            found[int(_stat(int(entry.name))[1])].append(int(entry.name))
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the third on; a name may hold brackets and blanks."""
    return (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()


def _status(pid: int) -> Mapping[str, str]:
    try:
        lines = (PROC / str(pid) / "status").read_text(errors="replace").splitlines()
    except OSError:
        return {}  # gone meanwhile
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _depth(status: Mapping[str, str]) -> int:
    """How many namespaces deep it runs: it has an id in each. 0: it is gone."""
    return len(status.get("NSpid", "").split())


def _number(status: Mapping[str, str], name: str) -> int:
    words = status.get(name, "").split()
    return int(words[0]) if words else 0


def _age(pid: int) -> float:
    try:
        began = int(_stat(pid)[19]) / TICKS
        return float((PROC / "uptime").read_text().split()[0]) - began
    except (OSError, ValueError, IndexError):
        return 0.0


def _proportional(process: Caged) -> int:
    """Its share of what it shares; without the right to look, what it has in sight."""
    try:
        lines = (PROC / str(process.pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return process.own_memory
    values = {name: value for name, _, value in (line.partition(":") for line in lines)}
    tables = _number(_status(process.pid), "VmPTE")
    return (sum(_number(values, name) for name in ("Pss_Anon", "Pss_Shmem")) + tables) * 1024


def _memory_files(found: list[Caged]) -> int:
    """Bytes in file systems that lie in memory and that only these cages have: /dev/shm."""
    ours = _memory_mounts("self").keys()
    sizes: dict[str, int] = {}
    for process in found:
        mounts = _memory_mounts(str(process.pid))
        for device in mounts.keys() - ours - sizes.keys():
            for place in mounts[device]:
                with suppress(OSError):
                    path = PROC / str(process.pid) / "root" / place.lstrip("/")
                    if _device(path) == device:  # else another mount lies over it
                        space = os.statvfs(path)
                        sizes[device] = (space.f_blocks - space.f_bfree) * space.f_frsize
    return sum(sizes.values())


def _device(path: Path) -> str:
    number = path.stat().st_dev
    return f"{os.major(number)}:{os.minor(number)}"


def _memory_mounts(pid: str) -> dict[str, list[str]]:
    """Where tmpfs are mounted, by device."""
    try:
        lines = (PROC / pid / "mountinfo").read_text(errors="replace").splitlines()
    except OSError:
        return {}
    found: dict[str, list[str]] = {}
    for words in (line.split() for line in lines if " - tmpfs " in line):
        found.setdefault(words[2], []).append(words[4])
    return found
