"""The client against the stand-in Campfire over HTTP, on the release a test names."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from consumer.campfire.client import Campfire
from sandbox.campfire.campfire import Campfire as StandIn
from sandbox.campfire.stored.seed import BotSeed
from sandbox.server import SandboxServer
from tests.sandbox_client import SandboxClient

KEY, OTHER_KEY = "3-52d8d3ea9c87", "4-4fe587476a1c"
KEYS = {"assistant": KEY, "second_bot": OTHER_KEY}
ROOM = 2


@dataclass(frozen=True)
class Site:
    """One Campfire: our client of it, and the tests' own side."""

    campfire: Campfire
    sandbox: SandboxClient
    stand_in: StandIn

    def fill(self, count: int) -> list[int]:
        """So many messages of a person, oldest first, stored without a request each; their ids."""
        chat = self.stand_in.chat
        author, room = chat.people.get(1), chat.rooms.get(ROOM)
        assert author is not None, "the sandbox seeds Ada"
        assert room is not None
        return [chat.post(author, room, f"<p>message {n}</p>").id for n in range(count)]

    async def bodies(self) -> list[str]:
        """What the room holds, as stored."""
        return [message["stored_html"] for message in await self.sandbox.messages(ROOM)]


@pytest.fixture
def mode() -> str:
    """The release; a test's own parameter overrides it."""
    return "main"


@pytest.fixture
async def site(mode: str) -> AsyncIterator[Site]:
    """A fresh Campfire of that release."""
    bots = [
        BotSeed("assistant", 3, "52d8d3ea9c87", ""),
        BotSeed("second_bot", 4, "4fe587476a1c", ""),
    ]
    stand_in = StandIn(bots)
    async with (
        SandboxServer(stand_in) as server,
        SandboxClient(server.url) as sandbox,
        Campfire(server.url, keys=KEYS) as campfire,
    ):
        await sandbox.change_mode(mode)
        yield Site(campfire, sandbox, stand_in)
