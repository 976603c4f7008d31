"""The example bot's server, which the sandbox brings along, with the real CLI."""

import sys

import pytest

from sandbox.campfire.campfire import Campfire
from sandbox.campfire.stored.seed import BotSeed
from sandbox.server import SandboxServer
from tests.integration.sessions.conftest import LANE, StartManager
from tests.integration.sessions.mcp.conftest import tool, with_servers
from tests.patience import PATIENCE_S

LARGE = tool("mcp__office__find_rooms", people=20)

pytestmark = pytest.mark.timeout(200)


@pytest.mark.short_form("http")
@pytest.mark.parametrize("kind", ["http", "program"])
async def test_the_office_knows_its_rooms(start_manager: StartManager, kind: str) -> None:
    """At the sandbox's address, and as a program that starts where the worker runs."""
    manager = await start_manager(servers_wait=PATIENCE_S)
    async with SandboxServer(Campfire([BotSeed("assistant", 3, "52d8d3ea9c87", "")])) as sandbox:
        http = {"url": f"{sandbox.url}/office/mcp", "tools": ["find_rooms", "room"]}
        program = {"command": [sys.executable, "-m", "sandbox.office"]}
        bot = with_servers(office=http if kind == "http" else program)
        assert "Oak: floor 3, 40 seats" in (await manager.run_turn(LANE, bot, LARGE)).text
        asked = 'tool mcp__office__room {"name": "alder"}'
        assert "15:00-16:30 planning" in (await manager.run_turn(LANE, bot, asked)).text
