"""Ways out of the cage that were tried, each from inside a real one: none leads to a secret."""

import ctypes
import json
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from socket import AF_INET, AF_INET6, AF_NETLINK
from tempfile import NamedTemporaryFile

import pytest

from consumer.cage.system_calls import filter_file
from tests.integration.cage.world import World
from tests.zygote import Zygote

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
def world(tmp_path: Path, zygote: Zygote) -> World:
    """A service whose home holds its project."""
    return World(tmp_path, zygote=zygote).build()


async def test_the_kernel_gives_nothing_away(world: World) -> None:
    """Other views of the root, its switches, devices, foreign memory, mounts: none opens."""
    env = str(world.project / ".env")
    roots = ["/proc/1/root", "/proc/self/root", "/proc/1/cwd", "/proc/self/cwd/../../.."]
    seen = [root + env for root in roots] + ["/proc/1/environ", "/proc/1/mem"]
    seen += ["/proc/kcore", "/proc/keys", "/proc/key-users", "/proc/timer_list"]
    empty = [f"{world.top}/home/x", f"{world.project}/x", "/dev/x"]
    _, answers = await world.run(
        python(OPENS.format(paths=[*seen, "/proc/1/fd/0", "/dev/mem"], how="RDONLY")),
        python(OPENS.format(paths=SWITCHES, how="WRONLY")),
        python(OPENS.format(paths=empty, how="CREAT | os.O_WRONLY")),
        python(MOUNTING.format(project=str(world.project))),
        shell(f"ls {world.project}; mknod d b 254 0; ls d; echo tried"),
        checked=False,
    )
    for answer in answers:
        assert "tried" in answer
        # bwrap itself is process 1 of the cage: its environment is the cage's own.
        assert "OPEN" not in answer.replace("OPEN /proc/1/environ", "")
    assert ".env" not in answers[-1]


CALLS = """
import ctypes, errno, os
libc, names = ctypes.CDLL(None, use_errno=True), ctypes.CDLL("libseccomp.so.2")
for name, given in {calls!r}.items():
    number = names.seccomp_syscall_resolve_name(name.encode())
    failed = libc.syscall(number, *given) == -1
    print(name, errno.errorcode[ctypes.get_errno()] if failed else "OPEN")
"""
KEY = (b"user", b"probe", b"x", 1, -2)
"""Of this process alone: were it let in, nothing would stay."""
FORBIDDEN = {
    "add_key": KEY, "request_key": (b"user", b"probe", 0, 0), "keyctl": (0, -4, 0),
    "bpf": (0, 0, 0), "perf_event_open": (0, 0, -1, -1, 0), "userfaultfd": (1,), "syslog": (10,),
    "kexec_load": (0, 0, 0, 0), "kexec_file_load": (-1, -1, 0, 0, 0), "init_module": (0, 0, 0),
    "finit_module": (-1, 0, 0), "delete_module": (b"none", 0), "open_by_handle_at": (-100, 0, 0),
}  # fmt: skip
UNKNOWN = {"shmget": (0, 4096, 0o600), "msgget": (0, 0o600), "semget": (0, 1, 0o600)}
BY_THE_CLI = {"io_uring_setup": (0, 0), "mount": (0, b"/mnt", b"tmpfs", 0, 0), "move_mount": (),
              "open_tree": (-100, b"/", 1), "setns": (0, 0), "unshare": (0x10000000,)}  # fmt: skip
FAMILIES = """
import errno, socket
for family in range(46):
    try:
        socket.socket(family, socket.SOCK_DGRAM).close()
        print("family", family)
    except OSError:
        pass
"""


async def test_calls_that_reach_over_the_cage_are_denied(world: World) -> None:
    """Keyrings, the kernel's own parts, memory that is nobody's: an error, and the command lives.

    With the filter of the CLI above ours: of sockets only the internet's in an empty network.
    """
    _, answers = await world.run(
        python(CALLS.format(calls=FORBIDDEN | UNKNOWN | BY_THE_CLI)),
        python(FAMILIES),
        checked=False,
    )
    assert "tried" in answers[0]
    told = dict(re.findall(r"(\w+) (E[A-Z]+|OPEN)\b", answers[0]))
    assert {name: told[name] for name in FORBIDDEN | BY_THE_CLI} == dict.fromkeys(
        FORBIDDEN | BY_THE_CLI, "EPERM"
    )
    assert {name: told[name] for name in UNKNOWN} == dict.fromkeys(UNKNOWN, "ENOSYS")
    families = {int(number) for number in re.findall(r"family (\d+)", answers[1])}
    assert families == {AF_INET, AF_INET6, AF_NETLINK}


X32 = """
import ctypes
print("denied" if ctypes.CDLL(None).syscall(0x40000000 | 250, 0, -4, 0) < 0 else "REA" + "CHED")
"""
I386 = """
import ctypes, mmap
code = mmap.mmap(-1, 4096, prot=7)
code.write(bytes.fromhex("5389f889f389d131d2cd805bc3"))
call = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int)
keyctl = call(ctypes.addressof(ctypes.c_char.from_buffer(code)))
print("denied" if keyctl(288, 0, -4) < 0 else "REA" + "CHED")
"""
"""push rbx; the three arguments; int 0x80; pop rbx; ret."""


@pytest.mark.long
@pytest.mark.skipif(platform.machine() != "x86_64", reason="other machines have no such numbers")
async def test_no_other_architectures_numbers_open_them(world: World) -> None:
    """keyctl by x32's number, and by that of 32 bits.

    The CLI's filter kills such a process; under ours alone the call fails.
    """
    _, answers = await world.run(python(X32), python(I386), checked=False)
    for answer in answers:
        assert "tried" in answer
        assert "REACHED" not in answer
    for code in (X32, I386):
        file = filter_file()
        alone = ["/usr/bin/bwrap", "--ro-bind", "/", "/", "--add-seccomp-fd", str(file)]
        ran = subprocess.run(
            [*alone, "--", sys.executable, "-c", code],
            pass_fds=[file], check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert ran.stdout in ("denied\n", "")  # nothing: a kernel without 32 bits ends it


@pytest.mark.long
async def test_what_people_work_with_runs(world: World) -> None:
    """Python, git, node where it is, and many at once go on behind the filters."""
    node = 'node -e \'require("fs").readFile("f", (e, d) => console.log(6 * Number(d)))\''
    work = (
        "echo 7 > f; python3 -c 'import multiprocessing as m; print(m.Pool(2).map(abs, [-41]))';"
        " git init -q r && git -C r -c user.name=a -c user.email=a@b commit -qm x --allow-empty"
        f" && git -C r log --format=by-%an; command -v node >/dev/null && {node} || echo 42"
    )
    _, (answer,) = await world.run(shell(work), checked=False)
    assert "[41]" in answer
    assert "by-a" in answer
    assert "42" in answer


@pytest.fixture
def shared_memory() -> Iterator[int]:
    """The id of a segment that another program of our user holds."""
    libc = ctypes.CDLL(None)
    private, remove = 0, 0
    segment = libc.shmget(private, 4096, 0o600)
    assert segment >= 0
    yield segment
    libc.shmctl(segment, remove, None)


@pytest.mark.long
async def test_no_shared_memory_of_the_machine_is_seen(world: World, shared_memory: int) -> None:
    """That of our user's other programs, and so of other lanes' commands, does not exist."""
    listing = "/proc/sysvipc/shm"
    assert len(Path(listing).read_text().splitlines()) > 1
    read_only = 0o10000
    attach = (
        f"import ctypes; print('at', ctypes.CDLL(None).shmat({shared_memory}, None, {read_only}))"
    )
    _, answers = await world.run(
        shell(f"echo segments $(tail -n +2 {listing} | wc -l)"), python(attach), checked=False
    )
    assert "segments 0" in answers[0]
    assert "at -1" in answers[1]


async def test_nothing_of_the_machines_temporary_folders_is_seen(world: World) -> None:
    """A backup that was made in the worker's container lies there, with all rooms' words and keys.

    The client's own folder, below one of them, is there as ever.
    """
    with NamedTemporaryFile(dir="/tmp") as one, NamedTemporaryFile(dir="/var/tmp") as other:
        for file in (one, other):
            file.write(b"SECRET-")
            file.flush()
        read = f"cat {one.name} {other.name}; ls /tmp /var/tmp; f=$(mktemp); echo kept > $f; cat $f"
        _, (answer,) = await world.run(shell(read), checked=False)
    assert "kept" in answer
    assert "SECRET-" not in answer
    assert Path(one.name).name not in answer.replace(one.name, "")


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
        checked=False,
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
        checked=False,
    )
    assert "found /" in answers[5]
    assert not [answer for answer in answers if "SECRET-" in answer]
    assert not (world.lane / "pwned").exists()
    await world.run("hello", checked=False)  # the CLI starts anew in that folder
    assert not (world.lane / "pwned").exists()


@pytest.mark.long
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
