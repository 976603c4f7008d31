"""What the kernel bounds of a lane's commands before anybody looks: the real CLI and cage."""

import asyncio
import json
import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from consumer.cage import watch
from consumer.cage.control_groups import GROUP, PREFIX, bounding, group_folders, sweep
from consumer.cage.limits import TIMES
from tests.bots import bot_with
from tests.conftest import eventually
from tests.integration.cage.scene import UNWATCHED_PROCESSES
from tests.integration.cage.world import World, as_nobody
from tests.integration.sessions.conftest import (
    BOT,
    LANE,
    StartManager,
    model,
    settings,
    start_manager,
)
from tests.session_settings import cage_bounds

__all__ = ["model", "settings", "start_manager"]

pytestmark = pytest.mark.timeout(300)

SHELL_BOT = bot_with(BOT, tools=("Bash",))
SMALL_MB, HOLDERS_TOGETHER = 150, 8
HOLDERS = f"""python3 -c '
import subprocess, sys
hold = "import time; x = b\\"x\\" * (60 << 20); print(1, flush=True); time.sleep(600)"
start = [sys.executable, "-c", hold]
children = [subprocess.Popen(start, stdout=subprocess.PIPE) for _ in range({HOLDERS_TOGETHER})]
for child in children:
    child.stdout.readline()
print("held", sum(child.poll() is None for child in children))
for child in children:
    child.kill()
'"""
"""Each has said that it holds, or has ended, before they are counted."""

MOST = TIMES * UNWATCHED_PROCESSES
MANY = 4 * MOST
"""Of a bomb that is bounded by itself as well."""
FORKS = f"""python3 -c '
import os, signal, time
children = []
try:
    while len(children) < {MANY}:
        child = os.fork()
        if not child:
            time.sleep(60)
        children.append(child)
except OSError as error:
    print(error.strerror)
print("forked", len(children))
for child in children:
    os.kill(child, signal.SIGKILL)
'"""


def shell(command: str) -> str:
    """The words that make the model run a command."""
    return "tool Bash " + json.dumps({"command": command})


@pytest.mark.parametrize("user", ["the same user", "nobody"])
async def test_a_fork_bomb_takes_no_more_than_its_share(tmp_path: Path, user: str) -> None:
    """Twice the lane's bound, however long nobody looks: the machine's process ids are others' too.

    Root is bounded by groups alone; where none can be made the start says so.
    """
    world = World(tmp_path).build()
    if user == "nobody" and os.getuid() == 0:
        world = as_nobody(world)
    _, (answer,) = await world.run(shell(FORKS), checked=False, unwatched=True)
    forked = int(answer.partition("forked ")[2].split()[0])
    bounded = user == "nobody" or os.getuid() != 0 or "pids" in bounding()
    assert (forked < MOST) is bounded
    assert forked > MOST // 4


async def test_many_processes_take_no_more_memory_than_the_lane(
    start_manager: StartManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the kernel can bound it: some of them are ended before all hold what they ask for."""
    monkeypatch.setattr(watch, "LOOK_EVERY", 3600.0)
    manager = await start_manager(cage=cage_bounds(memory_mb=SMALL_MB))
    said = (await manager.run_turn(LANE, SHELL_BOT, shell(HOLDERS))).text
    held = int(said.partition("held ")[2].split()[0])
    assert 0 < held <= HOLDERS_TOGETHER
    assert (held < HOLDERS_TOGETHER) is ("memory" in bounding())


async def test_a_lanes_groups_go_with_its_client(start_manager: StartManager) -> None:
    """With the next sweep at the latest: what has just ended may still be in it."""
    manager = await start_manager()
    first = await manager.run_turn(LANE, SHELL_BOT, shell("echo here"))
    environment = Path(f"/proc/{first.pid}/environ").read_text().split("\0")
    name = next(line for line in environment if line.startswith(GROUP)).partition("=")[2]
    groups = [parent.folder / f"{PREFIX}{name}" for parent in group_folders() if bounding()]
    running = asyncio.create_task(manager.run_turn(LANE, SHELL_BOT, shell("sleep 60; echo ran")))
    await eventually(lambda: _all(_holds_something(group) for group in groups))
    running.cancel()
    await asyncio.wait({running})
    await manager.shutdown_all()
    await eventually(lambda: _all(_is_swept(group) for group in groups))


async def _all(found: Iterable[bool]) -> bool:
    return all(found)


def _holds_something(group: Path) -> bool:
    return group.is_dir() and bool((group / "cgroup.procs").read_text())


def _is_swept(group: Path) -> bool:
    sweep()
    return not group.exists()
