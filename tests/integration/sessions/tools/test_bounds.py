"""What the commands of a lane may take, with the real CLI and the real cage.

Every attack here is bounded by itself as well: a test that fails must not take the machine along.
"""

import asyncio
import json
from dataclasses import replace

import pytest

from consumer.agent import TurnEvent
from consumer.cage.bounds import MIB, Bound, CageBounds, CommandEnded
from consumer.sessions import SessionManager, TurnResult
from tests.bots import bot_with
from tests.integration.sessions.conftest import BOT, LANE, OTHER, StartManager
from tests.integration.sessions.tools.test_safety import shell
from tests.session_settings import cage_bounds

SHELL_BOT = bot_with(BOT, tools=("Bash",))
SMALL = CageBounds(files_mb=20, processes=60, memory_mb=200, seconds=30)
"""Of one attack each; the others are far away."""

SMALL_FILES = "mkdir many; for i in $(seq 10000); do echo x > many/$i; done; sleep 8; echo survived"
ONE_FILE = "dd if=/dev/zero of=big bs=1M count=60 2>/dev/null; sleep 8; echo survived"
EMPTY_FILES = "mkdir many; cd many; seq 10000 | xargs touch; sleep 8; echo survived"
TEMPORARY = "dd if=/dev/zero of=$TMPDIR/big bs=1M count=60 2>/dev/null; sleep 8; echo survived"
UNLINKED = (
    "exec 5>gone; rm gone; dd if=/dev/zero bs=1M count=60 >&5 2>/dev/null; sleep 8; echo survived"
)
MAPPED = """python3 -c '
import ctypes, os, time
libc = ctypes.CDLL(None)
for number in range(4):
    file = open("gone", "wb+")
    file.write(bytes(15 << 20))
    file.flush()
    libc.mmap(None, 15 << 20, 1, 1, file.fileno(), 0)
    file.close()
    os.unlink("gone")
time.sleep(8)'; echo survived"""
DEEP = (
    'python3 -c \'import os\nfor i in range(900):\n os.mkdir("deep" * 4); os.chdir("deep" * 4)\n'
    'open("big", "wb").write(bytes(60 << 20))\'; sleep 8; echo survived'
)
FORKS = (
    "f() { [ $1 -gt 0 ] && { f $(($1-1)) & f $(($1-1)) & wait; } || sleep 20; }; f 8; echo survived"
)
DETACHED = "for i in $(seq 80); do setsid -f sleep 20; done; sleep 8; echo survived"
THREADS = (
    "python3 -c 'import threading, time\nthreading.stack_size(1 << 18)\nfor i in range(80):\n"
    " threading.Thread(target=time.sleep, args=(20,)).start()'; echo survived"
)
MEMORY = "python3 -c 'import time\nx = b\"x\" * (300 << 20)\ntime.sleep(8)'; echo survived"
SHARED_MEMORY = (
    "for i in 1 2 3; do dd if=/dev/zero of=/dev/shm/$i bs=1M count=19 2>/dev/null; done;"
    " sleep 8; echo survived"
)
SPREAD_MEMORY = (
    "for i in 1 2 3 4 5 6; do python3 -c 'import time\nx = b\"x\" * (60 << 20)\ntime.sleep(8)' &"
    " done; wait; echo survived"
)


@pytest.mark.short_form("10,000 small files", "threads", "memory of many")
@pytest.mark.parametrize(
    ("command", "bound"),
    [
        pytest.param(SMALL_FILES, Bound.FILES, id="10,000 small files"),
        pytest.param(EMPTY_FILES, Bound.FILES, id="10,000 empty files"),
        pytest.param(ONE_FILE, Bound.FILES, id="one large file"),
        pytest.param(TEMPORARY, Bound.FILES, id="a temporary file"),
        pytest.param(UNLINKED, Bound.FILES, id="a file without a name"),
        pytest.param(MAPPED, Bound.FILES, id="a mapped file without a name"),
        pytest.param(DEEP, Bound.FILES, id="deeper than a path can say"),
        pytest.param(FORKS, Bound.PROCESSES, id="forks"),
        pytest.param(DETACHED, Bound.PROCESSES, id="detached processes"),
        pytest.param(THREADS, Bound.PROCESSES, id="threads"),
        pytest.param(MEMORY, Bound.MEMORY, id="memory of one"),
        pytest.param(SPREAD_MEMORY, Bound.MEMORY, id="memory of many"),
    ],
)
async def test_what_takes_too_much_is_ended_and_told(
    start_manager: StartManager, command: str, bound: Bound
) -> None:
    """The command alone: the model hears why, the room is told, the next turn is hot."""
    manager = await start_manager(cage=SMALL)
    events: list[TurnEvent] = []
    result = await run(manager, command, events)
    assert "survived" not in result.text
    ended = [event for event in events if isinstance(event, CommandEnded)]
    assert [event.bound for event in ended] == [bound]
    after = await manager.run_turn(LANE, SHELL_BOT, shell("echo still here"))
    assert "still here" in after.text
    assert after.pid == result.pid


async def test_files_in_memory_are_memory(start_manager: StartManager) -> None:
    """What lies in /dev/shm is no process's, and no folder shows it."""
    manager = await start_manager(cage=replace(SMALL, memory_mb=40))
    events: list[TurnEvent] = []
    result = await run(manager, SHARED_MEMORY, events)
    assert "survived" not in result.text
    ended = [event.bound for event in events if isinstance(event, CommandEnded)]
    assert ended == [Bound.MEMORY]


async def test_the_model_hears_why(start_manager: StartManager, model: object) -> None:
    """Beside the error of the command, in a sentence with the bound in it."""
    manager = await start_manager(cage=replace(SMALL, seconds=2))
    events: list[TurnEvent] = []
    result = await run(manager, "sleep 20; echo survived", events)
    assert "survived" not in result.text
    (ended,) = [event for event in events if isinstance(event, CommandEnded)]
    assert (ended.bound, ended.most) == (Bound.SECONDS, 2)
    assert "at most" in json.dumps([str(r) for r in model.recorder.requests])  # type: ignore[attr-defined]


BOMB = (
    "f() { [ $1 -gt 0 ] && { f $(($1-1)) & f $(($1-1)) & wait; } || sleep 40; }; f 10;"
    " echo survived"
)
THREE_GB = """python3 -c '
import time
held = []
for part in range(60):
    held.append(b"x" * (50 << 20))
    time.sleep(0.2)'; echo survived"""
BY_DEFAULT = cage_bounds(files_mb=20, seconds=20)
"""10,000 small files would be within the bound on disk, and 120 s are long for a test."""


@pytest.mark.short_form("a fork bomb")
@pytest.mark.parametrize(
    ("command", "bound"),
    [
        pytest.param(SMALL_FILES, Bound.FILES, id="10,000 small files"),
        pytest.param(BOMB, Bound.PROCESSES, id="a fork bomb"),
        pytest.param(THREE_GB, Bound.MEMORY, id="3 GB"),
        pytest.param("sleep 60; echo survived", Bound.SECONDS, id="sleep"),
    ],
)
async def test_another_rooms_commands_are_untouched(
    start_manager: StartManager, command: str, bound: Bound
) -> None:
    """Bounds are a lane's: its commands go on beside one that is ended."""
    manager = await start_manager(cage=BY_DEFAULT)
    loud: list[TurnEvent] = []
    attack = asyncio.create_task(run(manager, command, loud))
    quiet: list[TurnEvent] = []
    beside = 0
    while not attack.done():
        words = shell("sleep 2; echo it-goes-on")
        result = await manager.run_turn(OTHER, SHELL_BOT, words, on_event=quiet.append)
        assert "it-goes-on" in result.text
        beside += 1
    assert "survived" not in (await attack).text
    assert [event.bound for event in loud if isinstance(event, CommandEnded)] == [bound]
    assert beside > 0
    assert not any(isinstance(event, CommandEnded) for event in quiet)


async def test_what_comes_between_two_looks_is_bounded_by_the_kernel(
    start_manager: StartManager,
) -> None:
    """One process gets no 3 GB at once, one file does not grow beyond the bound on disk.

    The file is mostly a hole: written in full it fills the bound on all files, and the look at
    those may end the command before it says how long its file is.
    """
    manager = await start_manager(cage=cage_bounds())
    burst = "python3 -c 'x = b\"x\" * (3 << 30); print(len(x))' 2>&1 | tail -n 1"
    file = "dd if=/dev/zero of=big bs=1M seek=1020 count=20; ls -l big; rm big"
    events: list[TurnEvent] = []
    assert "MemoryError" in (await run(manager, burst, events)).text
    assert f" {1024 * MIB} " in (await run(manager, file, events)).text


async def test_a_full_folder_can_be_tidied_up(start_manager: StartManager) -> None:
    """Over its bound a lane may delete, and may not write more."""
    manager = await start_manager(cage=SMALL)
    events: list[TurnEvent] = []
    await run(manager, ONE_FILE, events)
    (ended,) = [event for event in events if isinstance(event, CommandEnded)]
    assert ended.bound is Bound.FILES
    events.clear()
    more = await run(
        manager, "dd if=/dev/zero of=more bs=1M count=5 2>/dev/null; sleep 8; echo survived", events
    )
    assert "survived" not in more.text
    events.clear()
    tidied = await run(manager, "sleep 2; rm big more; sleep 1; echo tidied", events)
    assert "tidied" in tidied.text
    assert not any(isinstance(event, CommandEnded) for event in events)


async def run(manager: SessionManager, command: str, events: list[TurnEvent]) -> TurnResult:
    """Run a command in the first lane, for a minute at most."""
    async with asyncio.timeout(60):
        return await manager.run_turn(LANE, SHELL_BOT, shell(command), on_event=events.append)
