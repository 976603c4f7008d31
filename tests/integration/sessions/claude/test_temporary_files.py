"""Temporary files are one client's: another room's shell neither sees nor touches them."""

import asyncio
import os
import re
import signal
from pathlib import Path

import pytest

from consumer.agent.errors import AgentUnavailable
from consumer.claude.files.temp_folders import TempFolder, temp_root, used_by_cli
from consumer.sessions import SessionManager
from sandbox.model.server import ModelServer
from tests.bots import bot_with
from tests.integration.sessions.conftest import BOT, LANE, OTHER, StartManager
from tests.integration.sessions.killed_parent import amid_a_turn
from tests.integration.sessions.tools.test_safety import shell

SHELL_BOT = bot_with(BOT, tools=("Bash",))


async def test_one_rooms_shell_neither_sees_nor_writes_anothers(manager: SessionManager) -> None:
    """Not its files, not what its running command prints; and no result of it can be forged."""
    waiting = asyncio.create_task(
        manager.run_turn(
            OTHER,
            SHELL_BOT,
            shell(
                "echo the-secret > $TMPDIR/mine; echo $TMPDIR the-printed; touch ready;"
                " for i in $(seq 300); do [ -e go ] && break; sleep 0.1; done; echo its-end"
            ),
        )
    )
    folder = manager._settings.workspaces_dir / "2_assistant"
    async with asyncio.timeout(60):
        while not (folder / "ready").exists():
            await asyncio.sleep(0.05)
    (mine,) = [path for path in temp_root().glob("*/*/mine") if path.read_text() == "the-secret\n"]
    outputs = [*mine.parent.rglob("*.output")]
    assert outputs, "where a running command's output lies has changed"
    attack = (
        f"cat {mine} {outputs[0]}; ls -R {temp_root()} | grep -c mine; echo forged >> {outputs[0]};"
        f" echo forged >> {mine}; echo over"
    )
    text = (await manager.run_turn(LANE, SHELL_BOT, shell(attack))).text
    (folder / "go").touch()
    answer = (await waiting).text
    assert "over" in text
    assert "the-secret" not in text
    assert "the-printed" not in text
    assert re.search(r"^0$", text, re.M), "its name is listed"
    assert "its-end" in answer
    assert "forged" not in answer
    assert not mine.exists() or mine.read_text() == "the-secret\n"


async def test_a_command_has_its_temporary_files_there(manager: SessionManager) -> None:
    """TMPDIR of a command is the client's own; the folder goes with the client."""
    text = (await manager.run_turn(LANE, SHELL_BOT, shell("mktemp"))).text
    (made,) = re.findall(rf"{temp_root()}/\w+/\S+", text)
    temp = temp_root() / Path(made).relative_to(temp_root()).parts[0]
    assert Path(made).exists()
    assert temp.stat().st_mode & 0o77 == 0
    await manager.remove_session(LANE)
    assert not temp.exists()


async def test_a_client_that_does_not_take_it_is_not_used(
    manager: SessionManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever makes a CLI choose another folder: the turn fails loudly, no command runs."""
    monkeypatch.setattr(TempFolder, "is_taken", False)
    with pytest.raises(AgentUnavailable, match="temporary folder"):
        await manager.run_turn(LANE, SHELL_BOT, shell("echo ran"))


@pytest.mark.long
async def test_what_a_killed_service_left_goes_at_the_next_start(
    model: ModelServer, start_manager: StartManager, tmp_path: Path
) -> None:
    """kill -9: the folder stays until somebody starts; another process's is left alone."""
    parent, agent = await amid_a_turn(model, tmp_path / "other", "hang")
    environ = Path(f"/proc/{agent.pid}/environ").read_bytes().split(b"\0")
    (temp,) = [
        Path(os.fsdecode(pair.partition(b"=")[2]))
        for pair in environ
        if pair.startswith(b"CLAUDE_CODE_TMPDIR=")
    ]
    assert used_by_cli(temp).is_dir()
    await start_manager()
    assert temp.exists()
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    await start_manager()
    assert not temp.exists()
