"""A server that is down, hangs, or comes back, with the real CLI."""

import asyncio
from collections.abc import Callable
from time import monotonic

import pytest

from consumer.agent import ServersMissing, TurnEvent
from consumer.mcp.trouble import Trouble
from consumer.sessions import SessionManager, TurnResult
from sandbox.model.server import ModelServer
from shared.bots import Bot
from tests.bots import bot_with
from tests.integration.sessions.conftest import LANE, OTHER, StartManager
from tests.integration.sessions.mcp.conftest import TOKEN, tool, with_servers
from tests.mcp_servers.over_http import HttpServer

SAY = tool("mcp__tickets__say", text="hello")
Start = Callable[..., SessionManager]


@pytest.fixture
async def manager(start_manager: StartManager) -> SessionManager:
    """A manager that knows the token."""
    started: SessionManager = await start_manager(variables={"TICKETS_TOKEN": TOKEN})
    return started


async def seen(manager: SessionManager, bot: Bot, words: str) -> tuple[TurnResult, list[Trouble]]:
    """A turn, and what is told in it of servers."""
    events: list[TurnEvent] = []
    result = await manager.run_turn(LANE, bot, words, on_event=events.append)
    told = [it for event in events if isinstance(event, ServersMissing) for it in event.servers]
    return result, [it.trouble for it in told]


async def test_a_server_that_goes_down_is_told_of_and_comes_back_by_itself(
    manager: SessionManager, http: HttpServer, http_bot: Bot, model: ModelServer
) -> None:
    """In one and the same hot session: up, gone in a call, still gone, up again."""
    first, told = await seen(manager, http_bot, SAY)
    assert ("said: hello" in first.text, told) == (True, [])
    assert manager.stats().servers[0].state == "up"
    await http.down()
    _, told = await seen(manager, http_bot, SAY)
    assert told == [Trouble.UNREACHABLE]
    gone, told = await seen(manager, http_bot, "hello")
    assert told == [Trouble.UNREACHABLE]
    assert "the server tickets cannot be reached" in model.recorder.requests[-1].conversation.last
    assert manager.stats().servers[0].state == "unreachable"
    assert [it.server for it in (await manager.account(LANE)).missing] == ["tickets"]
    await http.up()
    await asyncio.sleep(2)  # not every turn has its CLI try again
    back, told = await seen(manager, http_bot, SAY)
    assert ("said: hello" in back.text, told) == (True, [])
    assert "cannot be reached" not in model.recorder.requests[-1].conversation.last
    assert len({first.pid, gone.pid, back.pid}) == 1
    assert manager.stats().servers[0].state == "up"


async def test_a_server_that_hangs_holds_the_first_turn_no_longer_than_its_bound(
    start_manager: StartManager, http: HttpServer, http_bot: Bot, model: ModelServer
) -> None:
    """The turn goes on without it, and the model is told."""
    http.stalls = True
    manager = await start_manager(variables={"TICKETS_TOKEN": TOKEN}, servers_wait=1.0)
    await manager.get_or_create_client(LANE, http_bot)
    began = monotonic()
    result, told = await seen(manager, http_bot, "hello")
    assert monotonic() - began < 8
    assert "Hello!" in result.text
    assert told == []
    assert "is still starting" in model.recorder.requests[-1].conversation.last


async def test_a_turn_that_waits_for_a_server_can_be_stopped(
    start_manager: StartManager, http: HttpServer, http_bot: Bot, model: ModelServer
) -> None:
    """Nothing is asked of the model any more."""
    http.stalls = True
    manager = await start_manager(variables={"TICKETS_TOKEN": TOKEN}, servers_wait=60.0)
    await manager.get_or_create_client(LANE, http_bot)
    turn = asyncio.create_task(manager.run_turn(LANE, http_bot, "hello"))
    await asyncio.sleep(0.5)
    turn.cancel()
    await asyncio.wait({turn})
    assert turn.cancelled()
    http.stalls = False
    after = await manager.run_turn(LANE, http_bot, "are you there?")
    assert "Hello!" in after.text
    assert len(model.recorder.requests) == 1


@pytest.mark.long
async def test_a_call_that_hangs_ends_at_its_bound(manager: SessionManager, http_bot: Bot) -> None:
    """The model hears it as the tool's error, and the next call is answered."""
    server = http_bot.mcp_servers["tickets"].model_dump(exclude_unset=True)
    bot = bot_with(http_bot, mcp_servers={"tickets": {**server, "timeout_seconds": 1}})
    began = monotonic()
    result, told = await seen(manager, bot, tool("mcp__tickets__hang", seconds=20))
    assert "timed out" in result.text
    assert monotonic() - began < 20
    assert told == [Trouble.SILENT]
    after, _ = await seen(manager, bot, SAY)
    assert "said: hello" in after.text


@pytest.mark.long
async def test_a_server_that_lost_tools_of_the_file_is_told_of(
    manager: SessionManager, http_bot: Bot
) -> None:
    """Those that are left serve; a refused key and a wrong address are told apart."""
    server = http_bot.mcp_servers["tickets"].model_dump(exclude_unset=True)
    gone = bot_with(http_bot, mcp_servers={"tickets": {**server, "tools": ["say", "close"]}})
    result, told = await seen(manager, gone, SAY)
    assert ("said: hello" in result.text, told) == (True, [Trouble.TOOLS_GONE])


@pytest.mark.long
async def test_why_a_server_is_missing_is_told_apart(
    manager: SessionManager, http: HttpServer
) -> None:
    """A refused key, an address where nobody is, a program that ends at once."""
    bot = with_servers(
        refused={"url": http.url, "headers": {"Authorization": "Bearer none"}},
        nobody={"url": "http://127.0.0.1:9/mcp"},
        ended={"command": ["false"]},
    )
    events: list[TurnEvent] = []
    await manager.run_turn(OTHER, bot, "hello", on_event=events.append)
    (told,) = [event for event in events if isinstance(event, ServersMissing)]
    assert {it.server: it.trouble for it in told.servers} == {
        "refused": Trouble.UNAUTHORIZED,
        "nobody": Trouble.UNREACHABLE,
        "ended": Trouble.ENDED,
    }
