"""When a client's CLI is asked to connect a server again, and how long a turn waits for any."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from consumer.claude.client_servers import ClientServers
from consumer.mcp.board import ServerBoard
from consumer.mcp.trouble import Trouble
from shared.bots import Bot, McpServer
from tests.bots import bot_with

PLAIN = Bot(id="ops", name="Ops", system_prompt="You help.")
BOT = bot_with(
    PLAIN, mcp_servers={"web": {"url": "http://127.0.0.1:1"}, "own": {"command": ["own"]}}
)
UP = {"status": "connected", "tools": [{"name": "say"}]}
REFUSED = {"status": "failed", "error": "ECONNREFUSED: Unable to connect."}
CALL_REFUSED = "ECONNREFUSED: Unable to connect. Is the computer able to access the url?"


class Cli:
    """Has the servers in the states that the test says."""

    def __init__(self, **states: Mapping[str, Any]) -> None:
        self.states = {"web": UP, "own": UP, **states}
        self.reconnected: list[str] = []

    async def server_statuses(self) -> Sequence[Mapping[str, Any]]:
        return [{"name": name, **state} for name, state in self.states.items()]

    async def reconnect(self, server: str) -> None:
        self.reconnected.append(server)
        self.states[server] = UP


class Probe:
    """Says whether the server over HTTP answers us."""

    def __init__(self) -> None:
        self.trouble: Trouble | None = None

    async def __call__(self, server: McpServer) -> Trouble | None:
        return self.trouble


def servers(cli: Cli, probe: Probe, *, bot: Bot = BOT, wait_s: float = 5.0) -> ClientServers:
    """Those of a client that has just been connected."""
    made = ClientServers(bot, cli, ServerBoard(), probe, wait_s=wait_s)  # type: ignore[arg-type]
    made.began()
    return made


async def missing(of: ClientServers) -> list[str]:
    """The names of those that a turn has to do without."""
    found = await of.before_turn()
    assert found is not None
    return [it.server for it in found]


async def test_one_that_answers_us_is_connected_before_the_turn() -> None:
    """And one that does not is left alone: the CLI would be deaf meanwhile."""
    cli, probe = Cli(web=REFUSED), Probe()
    probe.trouble = Trouble.UNREACHABLE
    client = servers(cli, probe)
    assert (await missing(client), cli.reconnected) == (["web"], [])
    probe.trouble = None
    assert (await missing(client), cli.reconnected) == ([], ["web"])
    await client.close()


async def test_a_broken_call_is_remembered_though_the_cli_calls_it_connected() -> None:
    """Until it is connected again, or a call of it works."""
    cli, probe = Cli(), Probe()
    client = servers(cli, probe)
    assert await missing(client) == []
    probe.trouble = Trouble.UNREACHABLE
    client.called("mcp__web__say", CALL_REFUSED)
    assert [it.trouble for it in client.untold()] == [Trouble.UNREACHABLE]
    assert client.untold() == ()
    assert await missing(client) == ["web"]
    client.called("mcp__web__say", None)
    assert (await missing(client), cli.reconnected) == ([], [])
    await client.close()


async def test_a_program_that_ended_in_a_call_is_the_clis_to_start() -> None:
    """Which it does at the next call; one that did not start is not tried at once again."""
    cli = Cli()
    client = servers(cli, Probe())
    await missing(client)
    client.called("mcp__own__say", "MCP error -32000: Connection closed")
    await missing(client)
    cli.states["own"] = {"status": "failed", "error": "Connection closed"}
    assert (await missing(client), cli.reconnected) == (["own"], [])
    await client.close()


async def test_the_first_turn_waits_within_its_bound() -> None:
    """For one that starts in time until it is there; for one that does not no longer than said."""
    cli = Cli(own={"status": "pending"})
    client = servers(cli, Probe(), wait_s=30)
    turn = asyncio.create_task(missing(client))
    await asyncio.sleep(0.05)
    assert not turn.done()
    cli.states["own"] = UP
    async with asyncio.timeout(5):
        assert await turn == []
    await client.close()
    late = servers(Cli(own={"status": "pending"}), Probe(), wait_s=0.05)
    async with asyncio.timeout(5):
        assert await missing(late) == ["own"]
    await late.close()


async def test_a_turn_that_waits_can_be_stopped_and_cancelled() -> None:
    """Stopped it ends by itself; there is nothing to stop where none waits."""
    client = servers(Cli(own={"status": "pending"}), Probe(), wait_s=30)
    turn = asyncio.create_task(client.before_turn())
    await asyncio.sleep(0.05)
    assert client.stop()
    assert await turn is None
    assert not client.stop()
    turn = asyncio.create_task(client.before_turn())
    await asyncio.sleep(0.05)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    await client.close()


async def test_a_bot_without_servers_waits_for_nothing() -> None:
    """And asks its CLI nothing."""
    client = servers(Cli(), Probe(), bot=PLAIN)
    assert await client.before_turn() == ()
    client.called("Bash", "ECONNREFUSED")
    assert client.untold() == ()
    await client.close()
