"""A server over HTTP with the real CLI: from the bot's file to the answer."""

from pathlib import Path

import pytest

from consumer.sessions import SessionManager
from shared.bots import Bot
from tests.bots import bot_with
from tests.integration.sessions.conftest import LANE, StartManager
from tests.integration.sessions.mcp.conftest import TOKEN, tool
from tests.kept_files import kept_files
from tests.mcp_servers.over_http import HttpServer

VARIABLES = {"TICKETS_TOKEN": TOKEN}


@pytest.fixture
async def manager(start_manager: StartManager) -> SessionManager:
    """A manager that knows the token."""
    started: SessionManager = await start_manager(variables=VARIABLES)
    return started


async def test_its_tool_answers_and_its_secret_stands_nowhere(
    manager: SessionManager, http: HttpServer, http_bot: Bot
) -> None:
    """The server is sent the secret; no argument, environment or file holds it."""
    result = await manager.run_turn(LANE, http_bot, tool("mcp__tickets__say", text="hello"))
    assert "said: hello" in result.text
    assert http.headers[-1]["authorization"] == f"Bearer {TOKEN}"
    for name in ("cmdline", "environ"):
        assert TOKEN not in Path(f"/proc/{result.pid}/{name}").read_text()
    files = kept_files(manager._settings.data_dir)
    assert files
    assert not [path for path, content in files.items() if TOKEN.encode() in content]


async def test_only_the_tools_that_the_file_names_run(
    manager: SessionManager, http_bot: Bot
) -> None:
    """The others of the same server are denied, and so are those of a server it does not have."""
    server = http_bot.mcp_servers["tickets"].model_dump(exclude_unset=True)
    some = bot_with(http_bot, mcp_servers={"tickets": {**server, "tools": ["say"]}})
    said = await manager.run_turn(LANE, some, tool("mcp__tickets__say", text="hello"))
    assert "said: hello" in said.text
    denied = await manager.run_turn(LANE, some, tool("mcp__tickets__environment"))
    assert "not given" in denied.text
