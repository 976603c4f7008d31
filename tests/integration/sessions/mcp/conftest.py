"""Bots with MCP servers, and the words that make the model call one's tool."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.bots import Bot
from tests.bots import bot_with
from tests.integration.sessions.conftest import BOT
from tests.mcp_servers.over_http import HttpServer, over_http

TOKEN = "tickets-7f3a9c51"
"""What the bot's file calls ${TICKETS_TOKEN}."""


def with_servers(bot: Bot = BOT, **servers: Any) -> Bot:
    """The bot with these servers in its file."""
    return bot_with(bot, mcp_servers=servers)


def tool(name: str, **values: Any) -> str:
    """The words that make the model call a tool."""
    return f"tool {name} {json.dumps(values)}"


@pytest.fixture
async def http() -> AsyncIterator[HttpServer]:
    """The odd server over HTTP; it wants the token."""
    async with over_http(token=TOKEN) as server:
        yield server


@pytest.fixture
def http_bot(http: HttpServer) -> Bot:
    """A bot that may use it."""
    headers = {"Authorization": "Bearer ${TICKETS_TOKEN}"}
    return with_servers(tickets={"url": http.url, "headers": headers, "timeout_seconds": 5})
