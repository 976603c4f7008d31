"""Whoever goes on with a conversation of a consumer that was killed waits for its agent's end."""

import asyncio
import signal
from pathlib import Path

import psutil
import pytest

from consumer.claude import orphans
from consumer.claude.guard import SCRIPT
from consumer.claude.processes import is_alive
from consumer.claude.sdk.sdk_client import SdkClient
from sandbox.model.server import ModelServer
from tests.bots import bot_with
from tests.integration.sessions.conftest import BOT, LANE, StartManager
from tests.integration.sessions.killed_parent import amid_a_turn
from tests.patience import PATIENCE_S

KILLED_BOT = bot_with(BOT, name="A", system_prompt="x", tools=("Bash",))


async def test_a_conversation_is_opened_when_its_orphan_is_gone(
    model: ModelServer, tmp_path: Path, start_manager: StartManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two agents would write one transcript. Its guard stands still, which would end it."""
    monkeypatch.setattr(orphans, "ENDED_WITHIN_S", 0.5)
    seen: list[bool] = []
    plain, manager = SdkClient.connect, await start_manager()
    parent, agent = await amid_a_turn(model, tmp_path, "hang")
    consumer = psutil.Process(parent.pid)
    (guard,) = [it for it in consumer.children() if it.cmdline()[1:2] == [str(SCRIPT)]]
    for process in (agent, guard):
        process.suspend()
    parent.kill()
    # Its own `wait` waits for the guard too, which has its standard output.
    await asyncio.to_thread(psutil.wait_procs, [consumer], PATIENCE_S)

    async def connect(client: SdkClient) -> None:
        seen.append(is_alive(agent.pid))
        await plain(client)

    monkeypatch.setattr(SdkClient, "connect", connect)
    turn = await manager.run_turn(LANE, KILLED_BOT, "go on")
    guard.kill()
    await parent.communicate()
    assert (turn.tier, seen) == ("warm", [False])


async def test_one_that_nobody_ends_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its guard was killed as well."""
    monkeypatch.setattr(orphans, "ENDED_WITHIN_S", 0.1)
    dead, ours, folder = tmp_path / "run/dead", tmp_path / "run/ours", tmp_path / "lane"
    for made in (dead, ours, folder):
        made.mkdir(parents=True)
    (dead / "1.pid").touch()
    mark = {"CAMPFIRE_AGENT_PID_FILE": str(dead / "1.pid")}
    orphan = await asyncio.create_subprocess_exec("sleep", "60", env=mark, cwd=folder)
    with orphans.living(dead):  # a consumer beside us
        await orphans.gone_from(ours, folder)
        assert orphan.returncode is None
    await orphans.gone_from(ours, tmp_path / "another")
    assert orphan.returncode is None
    await orphans.gone_from(ours, folder)
    assert await orphan.wait() == -signal.SIGKILL


async def test_whoever_has_an_orphans_number_by_now_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the wait it ended, and its number was given anew."""
    innocent = await asyncio.create_subprocess_exec("sleep", "60")
    monkeypatch.setattr(orphans, "_working_in", lambda *_: {innocent.pid: b"ITS=mark"})
    monkeypatch.setattr(orphans, "ENDED_WITHIN_S", 0.01)
    await orphans.gone_from(tmp_path, tmp_path)
    innocent.terminate()
    assert await innocent.wait() == -signal.SIGTERM
