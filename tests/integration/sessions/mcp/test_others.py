"""Servers that nobody here wrote, and one with a thousand tools, with the real CLI."""

import subprocess
import sys
from pathlib import Path

import pytest

from consumer.sessions import SessionManager
from sandbox.model.server import ModelServer
from tests.integration.sessions.conftest import LANE, StartManager
from tests.integration.sessions.mcp.conftest import tool, with_servers
from tests.mcp_servers.over_http import over_http
from tests.patience import PATIENCE_S

BIN = Path(sys.executable).parent

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
async def manager(start_manager: StartManager) -> SessionManager:
    """One that waits for programs as long as a busy machine takes."""
    started: SessionManager = await start_manager(servers_wait=PATIENCE_S)
    return started


@pytest.mark.long
async def test_servers_of_others_serve(manager: SessionManager, tmp_path: Path) -> None:
    """mcp-server-time and mcp-server-git, from PyPI, as programs in their cages."""
    repository = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", "-b", "trunk", str(repository)], check=True)
    bot = with_servers(
        clock={"command": [str(BIN / "mcp-server-time"), "--local-timezone", "Asia/Tokyo"]},
        git={"command": [str(BIN / "mcp-server-git")], "tools": ["git_status"]},
    )
    asked = tool("mcp__clock__get_current_time", timezone="Asia/Tokyo")
    assert "+09:00" in (await manager.run_turn(LANE, bot, asked)).text
    asked = tool("mcp__git__git_status", repo_path=str(repository))
    assert "trunk" in (await manager.run_turn(LANE, bot, asked)).text


@pytest.mark.long
async def test_a_thousand_tools_are_looked_for_not_sent(
    manager: SessionManager, model: ModelServer
) -> None:
    """Few tools stand in the request as they are; of many the model searches the one it needs."""
    async with over_http(more=1000) as many:
        bot = with_servers(many={"url": many.url})
        asked = 'tool ToolSearch {"query": "select:mcp__many__say_77"}'
        await manager.run_turn(LANE, bot, asked)
        offered = model.recorder.requests[-1].tools
        assert "ToolSearch" in offered
        assert len(offered) < 20
        found = await manager.run_turn(LANE, bot, tool("mcp__many__say_77", text="found"))
        assert "said: found" in found.text
