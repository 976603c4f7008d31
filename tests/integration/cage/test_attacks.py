"""Ways out of the cage that were tried, each from inside a real one: none leads to a secret."""

import ctypes
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cage.world import World

pytestmark = pytest.mark.timeout(300)

OPENS = """
import os
for path in {paths!r}:
    try:
        os.close(os.open(path, os.O_{how}))
        print("OPEN", path)
    except OSError:
        pass
"""
LINKS = "import os; os.symlink({project!r}, 'folder'); os.symlink({project!r} + '/.env', 'file')"
SWITCHES = ["/proc/sys/kernel/core_pattern", "/proc/sys/vm/drop_caches", "/proc/sysrq-trigger",
            "/proc/irq/default_smp_affinity", "/sys/fs/cgroup/memory/release_agent"]  # fmt: skip
MOUNTING = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
calls = {{"unshare": (272, 0x10020000), "umount": (166, {project!r}.encode(), 2),
         "mount": (165, b"none", b"/mnt", b"tmpfs", 0, None), "setns": (308, 0, 0),
         "open_tree": (428, -100, b"/", 1), "fsopen": (430, b"proc", 0),
         "unix socket": (41, 1, 1, 0)}}
for name, call in calls.items():
    if libc.syscall(*call) != -1:
        print("OPEN", name)
"""
PLANTED = """
set -e
rm -rf g .git; mkdir g; cd g; git init -q .
git config core.fsmonitor "sh -c 'cat {project}/.env > {lane}/pwned'"
for hook in post-checkout pre-commit post-index-change; do
  printf '#!/bin/sh\ncat {project}/.env > {lane}/pwned\n' > .git/hooks/$hook
  chmod +x .git/hooks/$hook
done
cd ..; python3 -c "import os; os.rename('g/.git', '.git')"
"""


def python(code: str) -> str:
    """The words for a command that runs this."""
    return shell("python3 - <<'END'\n" + code + "\nEND\necho tried")


def shell(command: str) -> str:
    """The words that make the model run a command."""
    return "tool Bash " + json.dumps({"command": command})


def tool(name: str, **arguments: str) -> str:
    """The words that make the model use a tool."""
    return f"tool {name} " + json.dumps(arguments)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A service whose home holds its project."""
    return World(tmp_path).build()


async def test_the_kernel_gives_nothing_away(world: World) -> None:
    """Other views of the root, its switches, devices, foreign memory, mounts: none opens."""
    env = str(world.project / ".env")
    roots = ["/proc/1/root", "/proc/self/root", "/proc/1/cwd", "/proc/self/cwd/../../.."]
    seen = [root + env for root in roots] + ["/proc/1/environ", "/proc/1/mem", "/proc/kcore"]
    empty = [f"{world.top}/home/x", f"{world.project}/x", "/dev/x"]
    _, answers = await world.run(
        python(OPENS.format(paths=[*seen, "/proc/1/fd/0", "/dev/mem"], how="RDONLY")),
        python(OPENS.format(paths=SWITCHES, how="WRONLY")),
        python(OPENS.format(paths=empty, how="CREAT | os.O_WRONLY")),
        python(MOUNTING.format(project=str(world.project))),
        shell(f"ls {world.project}; mknod d b 254 0; ls d; echo tried"),
    )
    for answer in answers:
        assert "tried" in answer
        # bwrap itself is process 1 of the cage: its environment is the cage's own.
        assert "OPEN" not in answer.replace("OPEN /proc/1/environ", "")
    assert ".env" not in answers[-1]


@pytest.fixture
def shared_memory() -> Iterator[int]:
    """The id of a segment that another program of our user holds."""
    libc = ctypes.CDLL(None)
    private, remove = 0, 0
    segment = libc.shmget(private, 4096, 0o600)
    assert segment >= 0
    yield segment
    libc.shmctl(segment, remove, None)


async def test_no_shared_memory_of_the_machine_is_seen(world: World, shared_memory: int) -> None:
    """That of our user's other programs, and so of other lanes' commands, does not exist."""
    listing = "/proc/sysvipc/shm"
    assert len(Path(listing).read_text().splitlines()) > 1
    read_only = 0o10000
    attach = (
        f"import ctypes; print('at', ctypes.CDLL(None).shmat({shared_memory}, None, {read_only}))"
    )
    _, answers = await world.run(
        shell(f"echo segments $(tail -n +2 {listing} | wc -l)"), python(attach)
    )
    assert "segments 0" in answers[0]
    assert "at -1" in answers[1]


async def test_the_clis_own_tools_follow_no_link_out(world: World) -> None:
    """They run outside of the cage: a link that a command made leads them nowhere either."""
    project = str(world.project)
    _, answers = await world.run(
        python(LINKS.format(project=project)),
        tool("Read", file_path=f"{project}/.env"),
        tool("Read", file_path="file"),
        tool("Read", file_path="folder/.env"),
        tool("Read", file_path=f"{world.lane}/../../../.env"),
        tool("Read", file_path="/proc/self/environ"),
        tool("Read", file_path="/proc/self/cwd/.env"),
        tool("Grep", pattern="SECRET", path=project, output_mode="content"),
        tool("Grep", pattern="SECRET", path="folder", output_mode="content"),
        tool("Grep", pattern="SECRET", glob="../../../.*", output_mode="content"),
        tool("Glob", pattern="folder/*"),
        tool("Glob", pattern="../../../*"),
        tool("Glob", pattern=f"{project}/**"),
        tool("Write", file_path="folder/planted", content="x"),
        tool("Write", file_path="file", content="x"),
        tool("Edit", file_path="file", old_string="SECRET", new_string="x"),
    )
    assert not [answer for answer in answers if "SECRET-" in answer or "ops.yaml" in answer]
    assert not (world.project / "planted").exists()
    assert (world.project / ".env").read_text() == "SECRET-0"


async def test_nothing_that_a_command_leaves_is_run_outside(world: World) -> None:
    """Hooks in a repository of the lane, a link where the CLI reads the folder's name."""
    names = {"project": world.project, "lane": world.lane}
    swap = (
        "f=$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '"
        " | grep -aoE '/[^ ]+/cwd-[0-9a-f]{4}' | head -1); echo found $f;"
        f" (while :; do ln -sfn {world.project}/.env $f; done) & sleep 0.3; echo tried"
    )
    _, answers = await world.run(
        shell(PLANTED.format(**names)),
        tool("Grep", pattern="x"),
        tool("Glob", pattern="*"),
        tool("Write", file_path="some.txt", content="x"),
        tool("Edit", file_path="some.txt", old_string="x", new_string="y"),
        shell(swap),
        shell("pwd; ls pwned"),
    )
    assert "found /" in answers[5]
    assert not [answer for answer in answers if "SECRET-" in answer]
    assert not (world.lane / "pwned").exists()
    await world.run("hello")  # the CLI starts anew in that folder
    assert not (world.lane / "pwned").exists()


async def test_a_second_name_of_the_project_is_hidden_too(world: World) -> None:
    """Another mount of it shows the same files: they are hidden there as well."""
    again = world.top / "again"
    again.mkdir()
    steps = f'mount --bind {world.top}/home {again}; cd {world.project}; exec "$@"'
    mounted = World(world.top, before=("unshare", "--mount", "sh", "-ec", steps, "sh"))
    problems, (answer,) = await mounted.run(shell(f"grep -rs SECRET- {world.top}; echo tried"))
    assert problems == []
    assert "tried" in answer
    assert "SECRET-" not in answer.replace("grep -rs SECRET-", "")
