"""A sandbox over HTTP with the recordings' two bots, whose webhooks an answering server takes."""

from collections.abc import AsyncIterator

import pytest

from sandbox.campfire.campfire import Campfire
from sandbox.campfire.stored.seed import BotSeed
from sandbox.server import SandboxServer
from tests.integration.sandbox.campfire.answering_server import AnsweringServer
from tests.sandbox_client import SandboxClient

SCALE = 1 / 7
"""Seconds of the recordings take this long in tests: Campfire's 7 s are one second."""


@pytest.fixture
async def webhook() -> AsyncIterator[AnsweringServer]:
    """Where the bots' webhooks go; answers a bare 204 unless told otherwise."""
    async with AnsweringServer(scale=SCALE) as server:
        yield server


@pytest.fixture
def bots(webhook: AnsweringServer) -> list[BotSeed]:
    """The two bots of the recordings, with their ids and keys."""
    return [
        BotSeed("assistant", 3, "52d8d3ea9c87", f"{webhook.url}/webhook/assistant"),
        BotSeed("second_bot", 4, "4fe587476a1c", f"{webhook.url}/webhook/second"),
    ]


@pytest.fixture
async def server(bots: list[BotSeed]) -> AsyncIterator[SandboxServer]:
    """A sandbox of its own, in memory, on a free port."""
    async with SandboxServer(Campfire(bots, webhook_timeout=7 * SCALE)) as running:
        yield running


@pytest.fixture
async def sandbox(server: SandboxServer) -> AsyncIterator[SandboxClient]:
    """The tests' side of it."""
    async with SandboxClient(server.url) as client:
        yield client
