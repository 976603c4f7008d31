"""Memory limits are read where they stand, not only at the root of the hierarchy."""

from pathlib import Path

import pytest

from consumer.agent.cgroups import memory_limits

GIB = 1 << 30


class Machine:
    """A /proc/self and hierarchies of control groups, as files."""

    def __init__(self, folder: Path) -> None:
        self.process = folder / "self"
        self.process.mkdir()
        self.v1, self.v2 = folder / "memory", folder / "unified"

    def is_in(self, *lines: str) -> None:
        (self.process / "cgroup").write_text("".join(f"{line}\n" for line in lines))

    def mounts(self, *, v1: str = "", v2: str = "") -> None:
        """The group at the root of each mount; empty: not mounted."""
        lines = ["22 1 0:20 / /proc rw - proc proc rw"]
        lines += [f"35 31 0:32 {v1} {self.v1} rw,relatime - cgroup cgroup rw,memory"] * bool(v1)
        lines += [f"36 31 0:33 {v2} {self.v2} rw,nosuid shared:9 - cgroup2 none rw"] * bool(v2)
        (self.process / "mountinfo").write_text("".join(f"{line}\n" for line in lines))

    def limit(self, file: Path, text: object) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{text}\n")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_units_limit_is_seen_below_the_root(machine: Machine) -> None:
    """systemd's MemoryMax stands at the unit's own path, MemoryHigh beside it."""
    machine.is_in("0::/system.slice/campfire-bot.service")
    machine.mounts(v2="/")
    unit = machine.v2 / "system.slice" / "campfire-bot.service"
    machine.limit(unit / "memory.max", 2 * GIB)
    machine.limit(unit / "memory.high", GIB)
    machine.limit(machine.v2 / "system.slice" / "memory.max", "max")
    assert sorted(memory_limits(machine.process)) == [GIB, 2 * GIB]


def test_a_tighter_group_above_counts(machine: Machine) -> None:
    """A slice's limit holds for all of its units together."""
    machine.is_in("0::/bots.slice/a.service")
    machine.mounts(v2="/")
    machine.limit(machine.v2 / "bots.slice" / "a.service" / "memory.max", 4 * GIB)
    machine.limit(machine.v2 / "bots.slice" / "memory.max", GIB)
    assert min(memory_limits(machine.process)) == GIB


def test_version_1_is_read_at_its_path_too(machine: Machine) -> None:
    """In a mixed hierarchy the memory controller is version 1's, and version 2 has no limits."""
    machine.is_in("4:cpu,memory:/user/bot", "1:cpu:/elsewhere", "0::/")
    machine.mounts(v1="/", v2="/")
    machine.limit(machine.v1 / "user" / "bot" / "memory.limit_in_bytes", GIB)
    machine.limit(machine.v1 / "memory.limit_in_bytes", 9223372036854771712)
    assert min(memory_limits(machine.process)) == GIB


def test_a_container_that_sees_its_group_from_outside(machine: Machine) -> None:
    """Without a namespace of its own the path names the host's groups; the mount begins below."""
    machine.is_in("4:memory:/docker/0123/nested")
    machine.mounts(v1="/docker/0123")
    machine.limit(machine.v1 / "memory.limit_in_bytes", 3 * GIB)
    machine.limit(machine.v1 / "nested" / "memory.limit_in_bytes", 2 * GIB)
    assert sorted(memory_limits(machine.process)) == [2 * GIB, 3 * GIB]


def test_a_group_outside_of_the_namespace_leaves_its_root(machine: Machine) -> None:
    """A path that climbs out is not followed; the root that is mounted still counts."""
    machine.is_in("0::/../other")
    machine.mounts(v2="/")
    machine.limit(machine.v2 / "memory.max", GIB)
    machine.limit(machine.v2.parent / "other" / "memory.max", 1)
    assert memory_limits(machine.process) == [GIB]


def test_where_nothing_is_limited_or_known_there_is_none(machine: Machine, tmp_path: Path) -> None:
    """No limit, and no /proc at all, are no limits."""
    machine.is_in("0::/")
    machine.mounts(v2="/")
    machine.limit(machine.v2 / "memory.max", "max")
    assert memory_limits(machine.process) == []
    assert memory_limits(tmp_path / "nowhere") == []
