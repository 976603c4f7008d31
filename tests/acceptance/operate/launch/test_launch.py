"""The launcher over real processes: how it starts, what it says, and that it leaves nothing."""

import asyncio
import re
import signal
import socket
from pathlib import Path

import psutil
import pytest

from operate.launch.supervisor import ONE_WISH_SECONDS
from tests.acceptance.operate.launch.conftest import NO_SANDBOX, Start
from tests.unit.operate.launch.waiting import until

HASTY = (
    "import sys; from operate.launch import __main__, plan;"
    "plan.CLOSING_SECONDS = 0.2; sys.exit(__main__.main(['--sandbox']))"
)
"""The launcher with a short grace period."""


def all_gone(pids: list[int]) -> bool:
    return not any(
        psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
        for pid in pids
    )


def descendants(pid: int) -> list[int]:
    return [child.pid for child in psutil.Process(pid).children(recursive=True)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_stop_signal_ends_everything_and_leaves_nothing(
    start: Start, web: str, worker: str, number: signal.Signals
) -> None:
    """Ctrl-C, SIGTERM and a closed terminal end all processes, orphans included, with code 0."""
    launch = await start(f"{web}\n{worker} orphans\n", **NO_SANDBOX)
    await launch.line("worker .*working")
    await launch.line(r"make run \| Ready after .* http://campfire.invalid")
    orphans = [int(pid) for pid in re.findall(r"\| pid (\d+)", launch.output)]
    pids = [*descendants(launch.process.pid), *orphans]
    assert len(set(pids)) == 6  # web, worker, its two children, Valkey, the guard
    assert await launch.end(number) == 0
    until(lambda: all_gone(pids), "every process has ended")


async def test_a_second_ctrl_c_ends_what_will_not_end(start: Start, web: str, worker: str) -> None:
    """The first one waits for the worker, the second kills it; the exit code says so."""
    launch = await start(f"{web}\n{worker} stubborn\n", **NO_SANDBOX)
    await launch.line("working")
    pids = descendants(launch.process.pid)
    launch.process.send_signal(signal.SIGINT)
    await launch.line("not yet")
    await asyncio.sleep(2 * ONE_WISH_SECONDS)  # a person's second Ctrl-C
    assert await launch.end(signal.SIGINT) == 1
    assert "worker is killed" in launch.output
    until(lambda: all_gone(pids), "every process has ended")


async def test_one_wish_that_arrives_twice_is_one(start: Start, web: str, worker: str) -> None:
    """`timeout make run` signals make and us, and make hands it on: nothing is killed for that."""
    launch = await start(f"{web}\n{worker}\n", **NO_SANDBOX)
    await launch.line("Ready after")
    launch.process.send_signal(signal.SIGTERM)
    assert await launch.end(signal.SIGTERM) == 0
    assert "is killed" not in launch.output


async def test_what_will_not_end_is_killed_after_its_grace_period(
    start: Start, web: str, worker: str
) -> None:
    """A stubborn worker does not keep the terminal for ever; CLOSING_SECONDS is cut short here."""
    launch = await start(
        f"{web}\n{worker} stubborn\n",
        program=("-c", HASTY),
        **NO_SANDBOX,
        SHUTDOWN_GRACE_SECONDS="0",
    )
    await launch.line("working")
    assert await launch.end(signal.SIGTERM) == 1
    assert "worker is killed" in launch.output


async def test_the_worker_still_has_redis_while_it_drains(start: Start, worker: str) -> None:
    """Valkey is stopped last: a turn that ends during the drain is settled."""
    launch = await start(f"{worker} ping\n", **NO_SANDBOX)
    await launch.line("working")
    assert await launch.end(signal.SIGTERM) == 0
    assert "redis at the end: True" in launch.output


@pytest.mark.parametrize("way", ["orphans", "stubborn"])
async def test_killed_itself_it_takes_everything_along(
    start: Start, web: str, worker: str, way: str
) -> None:
    """SIGKILL of the launcher ends its processes too: those that leave something, those that stay.

    Linux sends them SIGTERM at the launcher's death, the guard ends what that did not.
    """
    launch = await start(
        f"{web}\n{worker} {way}\n",
        program=("-c", HASTY),
        **NO_SANDBOX,
        SHUTDOWN_GRACE_SECONDS="0",
    )
    await launch.line("worker .*working")
    await launch.line("Ready after")
    pids = descendants(launch.process.pid)
    assert len(pids) == (6 if way == "orphans" else 4)  # web, worker, Valkey, the guard; orphans
    assert await launch.end(signal.SIGKILL) == -signal.SIGKILL
    until(lambda: all_gone(pids), "every process has ended")


async def test_a_process_that_ends_ends_the_rest(start: Start, web: str) -> None:
    """It is named with its exit code, and the launcher fails: half a service is none."""
    launch = await start(f"{web}\nworker: sh -c 'exit 7'\n", **NO_SANDBOX)
    assert await launch.end() == 1
    assert "worker ended with exit code 7" in launch.output


async def test_a_killed_valkey_ends_the_rest(start: Start, web: str, worker: str) -> None:
    """Nothing goes on without its queue."""
    launch = await start(f"{web}\n{worker}\n", **NO_SANDBOX)
    await launch.line("Ready after")
    children = psutil.Process(launch.process.pid).children()
    next(child for child in children if child.name() == "valkey-server").kill()
    assert await launch.end() == 1
    assert "valkey ended by SIGKILL" in launch.output


async def test_a_process_s_bad_setting_is_passed_on(start: Start, web: str) -> None:
    """Its sentence is shown, everything ends, and the exit code stays 2."""
    command = "sh -c 'echo MAX_TURNS: must be above 0 >&2; exit 2'"
    launch = await start(f"{web}\nworker: {command}\n", **NO_SANDBOX)
    assert await launch.end() == 2
    assert "worker   | MAX_TURNS: must be above 0" in launch.output
    assert "worker refuses to start" in launch.output


async def test_a_port_in_use_is_one_sentence_and_code_2(start: Start, web: str) -> None:
    """It names the port and the setting; nothing was started."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        launch = await start(web, **NO_SANDBOX, PORT=str(port))
        assert await launch.end() == 2
    (sentence,) = launch.lines
    assert sentence.startswith(f"PORT: port {port} on 127.0.0.1 is in use")


async def test_a_missing_redis_is_one_sentence_and_code_2(start: Start, web: str) -> None:
    """REDIS_URL is named, its password is not."""
    launch = await start(web, **NO_SANDBOX, REDIS_URL="redis://:hunter2@127.0.0.1:1/0")
    assert await launch.end() == 2
    (sentence,) = launch.lines
    assert sentence.startswith("REDIS_URL: ")
    assert "hunter2" not in sentence


async def test_a_missing_procfile_is_one_sentence_and_code_2(start: Start, tmp_path: Path) -> None:
    """It names the file."""
    empty = tmp_path / "empty"
    empty.mkdir()
    launch = await start("", cwd=empty, **NO_SANDBOX)
    assert await launch.end() == 2
    (sentence,) = launch.lines
    assert "empty/Procfile cannot be read" in sentence


async def test_two_launches_do_not_share_a_data_dir(start: Start, worker: str) -> None:
    """The second one says that the folder is in use instead of spoiling the first one's queue."""
    first = await start(worker, **NO_SANDBOX)
    await first.line("working")
    second = await start(worker, **NO_SANDBOX)
    assert await second.end() == 2
    assert "in use by another Valkey" in second.output
    assert await first.end(signal.SIGTERM) == 0


async def test_a_path_too_long_for_a_socket_gets_a_port(
    start: Start, worker: str, tmp_path: Path
) -> None:
    """A deep DATA_DIR works like any other."""
    deep = tmp_path / ("d" * 120)
    launch = await start(f"{worker} ping", **NO_SANDBOX, DATA_DIR=str(deep))
    await launch.line("working")
    assert await launch.end(signal.SIGTERM) == 0
    assert "redis at the end: True" in launch.output
