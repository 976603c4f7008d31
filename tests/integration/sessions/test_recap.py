"""What an agent is told of the room when its conversation was lost."""

from typing import Literal

import pytest

from consumer.campfire.client import Campfire as CampfireApi
from consumer.recap import LOST, STANDS, RoomRecap
from sandbox.campfire.campfire import Campfire
from sandbox.campfire.client import SandboxClient
from sandbox.campfire.seed import BotSeed
from sandbox.server import SandboxServer
from shared.lane import Lane

ROOM, TOKEN = 2, "52d8d3ea9c87"
PROMPT = "[from: Ada Admin]\n\nwhat was my cat's name?"


@pytest.mark.parametrize("mode", ["main", "v1.4.9"])
async def test_the_room_is_read_where_it_can_be(mode: Literal["main", "v1.4.9"]) -> None:
    """With an index the newest messages, but the one asked about; without, an honest line."""
    campfire = Campfire([BotSeed("assistant", 3, TOKEN, "http://127.0.0.1:9/none")], mode=mode)
    async with SandboxServer(campfire) as server, SandboxClient(server.url) as sandbox:
        for text in ("my cat is Tom", "long " * 200, "what was my cat's name?"):
            await sandbox.post(ROOM, text=text)
        recap = RoomRecap(lambda: CampfireApi(server.url), {"assistant": f"3-{TOKEN}"})
        told = await recap(Lane(ROOM, "assistant"), PROMPT)
    if mode == "v1.4.9":
        assert told == LOST
        return
    assert told.startswith(f"{STANDS}\n> Ada Admin: my cat is Tom\n> Ada Admin: long long")
    assert told.endswith("…")
    assert "what was" not in told
    assert len(told) < 500


async def test_a_campfire_that_is_away_costs_the_recap_only() -> None:
    """The turn goes on with the honest line."""
    recap = RoomRecap(lambda: CampfireApi("http://127.0.0.1:9"), {"assistant": f"3-{TOKEN}"})
    assert await recap(Lane(ROOM, "assistant"), PROMPT) == LOST
    assert await recap(Lane(ROOM, "unknown"), PROMPT) == LOST
