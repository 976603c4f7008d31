"""Whichever way a session came about, its MCP servers serve: both kinds, with the real CLI."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from consumer.agent import ToolStarted, TurnEvent
from consumer.agent.errors import AgentCrashed
from consumer.archive.workspaces import SPARE_PREFIX
from shared.bots import Bot
from tests.conftest import eventually
from tests.integration.sessions.conftest import LANE, OTHER, StartManager, kill
from tests.integration.sessions.mcp.conftest import TOKEN, tool, with_servers
from tests.mcp_servers.over_http import over_http
from tests.patience import PATIENCE_S

VARIABLES = {"TICKETS_TOKEN": TOKEN}
SAY = tool("mcp__odd__say", text="hello")
KNOWN = {"variables": VARIABLES, "servers_wait": PATIENCE_S}

pytestmark = [pytest.mark.timeout(300), pytest.mark.pairs]


@pytest.fixture(params=["http", "program"])
async def bot(request: pytest.FixtureRequest) -> AsyncIterator[Bot]:
    """A bot with the odd server."""
    if request.param == "http":
        async with over_http(token=TOKEN) as server:
            headers = {"Authorization": "Bearer ${TICKETS_TOKEN}"}
            yield with_servers(odd={"url": server.url, "headers": headers})
    else:
        env = {"PYTHONPATH": str(Path.cwd()), "TOKEN": "${TICKETS_TOKEN}"}
        command = [sys.executable, "-m", "tests.mcp_servers.odd"]
        yield with_servers(odd={"command": command, "env": env})


@pytest.mark.short_form("http")
async def test_in_a_new_session_a_hot_one_and_a_resumed_one(
    start_manager: StartManager, bot: Bot
) -> None:
    """By the same bot, each time with the secret."""
    first = await start_manager(**KNOWN)
    results = [await first.run_turn(LANE, bot, SAY) for _ in range(2)]
    await first.shutdown_all()
    results.append(await (await start_manager(**KNOWN)).run_turn(LANE, bot, SAY))
    assert ["said: hello" in result.text for result in results] == [True] * 3
    assert [result.tier for result in results] == ["cold", "hot", "warm"]


@pytest.mark.short_form("http")
async def test_in_a_spare_that_is_adopted(start_manager: StartManager, bot: Bot) -> None:
    """Its servers were connected for nobody, and then serve a lane."""
    manager = await start_manager(**KNOWN, spares=1)
    manager.keep_spares([bot])

    async def there() -> bool:
        return bool(manager.stats().spares)

    await eventually(there)
    result = await manager.run_turn(LANE, bot, SAY)
    assert result.folder.name.startswith(SPARE_PREFIX)
    assert "said: hello" in result.text


@pytest.mark.short_form("http")
async def test_after_a_kill_in_the_call(start_manager: StartManager, bot: Bot) -> None:
    """The client is killed -9 while the tool runs; the next turn is told, and is served."""
    manager = await start_manager(**KNOWN)
    calling = asyncio.Event()

    def on_event(event: TurnEvent) -> None:
        if isinstance(event, ToolStarted):
            calling.set()

    hanging = tool("mcp__odd__hang", seconds=30)
    before = await manager.run_turn(LANE, bot, SAY)
    turn = asyncio.create_task(manager.run_turn(LANE, bot, hanging, on_event=on_event))
    await calling.wait()
    kill(before.pid)
    with pytest.raises(AgentCrashed):
        await turn
    after = await manager.run_turn(LANE, bot, SAY)
    assert "said: hello" in after.text
    assert after.pid != before.pid


@pytest.mark.long
async def test_two_rooms_at_once(start_manager: StartManager, bot: Bot) -> None:
    """Each session has its own client of the server."""
    manager = await start_manager(**KNOWN)
    turns = (manager.run_turn(lane, bot, SAY) for lane in (LANE, OTHER))
    assert all("said: hello" in result.text for result in await asyncio.gather(*turns))
