"""Servers that are programs of this machine, with the real CLI and the real cage."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from consumer.mcp.program import caged
from consumer.sessions import SessionManager, TurnResult
from shared.bots import Bot
from tests.bots import bot_with
from tests.integration.sessions.conftest import API_KEY, BOT, LANE, OTHER, StartManager, kill
from tests.integration.sessions.mcp.conftest import TOKEN, tool, with_servers
from tests.patience import PATIENCE_S
from tests.session_settings import cage_bounds

ODD = [sys.executable, "-m", "tests.mcp_servers.odd"]
OURS = {"TICKETS_TOKEN": TOKEN, "BILLING_DB": "billing-5b8e21", "BOT_KEY_ASSISTANT": "3-key44f1"}


@pytest.fixture
def program_bot() -> Bot:
    """A bot whose server is told one secret by its environment."""
    odd = {"command": ODD, "env": {"TOKEN": "${TICKETS_TOKEN}", "PYTHONPATH": str(Path.cwd())}}
    return with_servers(bot_with(BOT, i_know=["Bash + odd"]), odd=odd)


@pytest.fixture
async def manager(start_manager: StartManager, monkeypatch: pytest.MonkeyPatch) -> SessionManager:
    """A manager that knows secrets, also of other bots; some stand in our own environment."""
    for name, value in OURS.items():
        monkeypatch.setenv(name, value)
    started: SessionManager = await start_manager(variables=OURS, servers_wait=PATIENCE_S)
    return started


async def call(manager: SessionManager, bot: Bot, name: str, **values: object) -> TurnResult:
    """A turn in which the model calls one of the server's tools."""
    return await manager.run_turn(LANE, bot, tool(f"mcp__odd__{name}", **values))


async def test_it_has_its_own_secret_and_no_other(
    manager: SessionManager, program_bot: Bot
) -> None:
    """Neither by its environment, nor by arguments, files of ours, or other processes."""
    told = (await call(manager, program_bot, "environment")).text
    assert f"TOKEN={TOKEN}" in told
    for other in (OURS["BILLING_DB"], OURS["BOT_KEY_ASSISTANT"], API_KEY, "ANTHROPIC_BASE_URL"):
        assert other not in told


async def test_it_sees_no_file_of_ours_and_no_other_process(
    manager: SessionManager, program_bot: Bot
) -> None:
    """Not the run folder with the key and other bots' servers, no record, not the CLI's /proc."""
    first = await call(manager, program_bot, "say", text="hello")
    data = manager._settings.data_dir.absolute()
    other = with_servers(billing={"url": "http://127.0.0.1:9", "headers": {"X": "${BILLING_DB}"}})
    await manager.run_turn(OTHER, other, "hello")
    for folder, pattern in ((data, "**/*"), (data / "run", "*/*"), (first.folder, "*")):
        assert (
            "none"
            in (await call(manager, program_bot, "look", where=str(folder), pattern=pattern)).text
        )
    for file in ("cmdline", "environ"):
        told = (
            await call(manager, program_bot, "look", where="/proc", pattern=f"[0-9]*/{file}")
        ).text
        assert "/proc/1/" in told
        for secret in (API_KEY, OURS["BILLING_DB"], OURS["BOT_KEY_ASSISTANT"]):
            assert secret not in told
    written = await call(manager, program_bot, "write", what=str(data / "planted"), text="x")
    assert "no:" in written.text
    assert not (data / "planted").exists()
    code = Path("consumer/planted.py").absolute()
    assert "no:" in (await call(manager, program_bot, "write", what=str(code), text="x")).text
    assert not code.exists()


def test_root_takes_nothing_away_that_hides(tmp_path: Path) -> None:
    """Where the service is root's, its programs have no more power than another user's."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "ops").write_text(TOKEN)
    attack = f"umount -l {tmp_path}; cat {tmp_path}/keys/ops; id -u"
    program = caged("odd", ["sh", "-c", attack], [tmp_path])
    environment = {**os.environ, **program.environment}
    ran = subprocess.run(
        program.command, check=True, env=environment, capture_output=True, text=True
    )
    assert ran.stdout.strip() == str(os.getuid())


def test_it_has_no_device_of_the_machine_and_no_memory_of_others() -> None:
    """What every program needs stands in its /dev, and nothing else."""
    with tempfile.NamedTemporaryFile(dir="/dev/shm") as shared:
        program = caged("odd", ["sh", "-c", "ls /dev /dev/shm; echo x > /dev/null"], [])
        environment = {**os.environ, **program.environment}
        ran = subprocess.run(
            program.command, check=True, env=environment, capture_output=True, text=True
        )
        assert Path(shared.name).name not in ran.stdout
    seen = set(ran.stdout.split())
    assert {"null", "urandom"} <= seen
    assert not seen & {"kmsg", "kvm", "fuse", "mem", "loop0", "sda", "vda"}


@pytest.mark.long
async def test_it_goes_with_its_client(manager: SessionManager, program_bot: Bot) -> None:
    """Closed, and killed with -9, the client leaves no process of it."""
    result = await call(manager, program_bot, "say", text="hello")
    servers = psutil.Process(result.pid).children(recursive=True)
    assert len(servers) >= 2
    kill(result.pid)
    psutil.wait_procs(servers, timeout=PATIENCE_S)
    assert not [server for server in servers if server.is_running()]
    again = await call(manager, program_bot, "say", text="once more")
    servers = psutil.Process(again.pid).children(recursive=True)
    await manager.remove_session(LANE)
    psutil.wait_procs(servers, timeout=PATIENCE_S)
    assert not [server for server in servers if server.is_running()]


@pytest.mark.long
async def test_one_that_dies_in_a_call_is_told_of_and_started_again(
    manager: SessionManager, program_bot: Bot
) -> None:
    """The model hears of the broken call, and the next one is answered."""
    await call(manager, program_bot, "say", text="hello")
    died = await call(manager, program_bot, "die")
    assert "Connection closed" in died.text
    after = await call(manager, program_bot, "say", text="still here")
    assert "said: still here" in after.text
    assert after.pid == died.pid


@pytest.mark.long
async def test_a_shells_bounds_do_not_end_it(start_manager: StartManager, program_bot: Bot) -> None:
    """It lives longer than a command may, and is no command: both serve the same session."""
    bot = bot_with(program_bot, tools=("Bash",))
    cage = cage_bounds(seconds=5)
    manager = await start_manager(variables=OURS, servers_wait=PATIENCE_S, cage=cage)
    first = await call(manager, bot, "say", text="hello")
    servers = psutil.Process(first.pid).children(recursive=True)
    slept = await manager.run_turn(LANE, bot, tool("Bash", command="sleep 6; echo slept"))
    assert "slept" not in slept.text.partition("tool answered")[2]
    quick = await manager.run_turn(LANE, bot, tool("Bash", command="sleep 2; echo awake"))
    assert "awake" in quick.text
    after = await call(manager, bot, "say", text="still here")
    assert ("said: still here" in after.text, after.pid) == (True, first.pid)
    assert all(server.is_running() for server in servers)
