"""Which tools of MCP servers a bot's file grants."""

import pytest

from consumer.mcp.grants import is_granted, server_of
from shared.bots import Bot
from tests.bots import bot_with

BOT = Bot(id="ops", name="Ops", system_prompt="You help.")
SERVED = bot_with(
    BOT,
    mcp_servers={
        "tickets": {
            "url": "http://127.0.0.1:1/mcp",
            "tools": ["find", "close it", "campfire__post"],
        },
        "bill-ing": {"command": ["billing"]},
    },
)


@pytest.mark.parametrize(
    ("tool", "granted"),
    [
        ("mcp__tickets__find", True),
        ("mcp__tickets__create", False),
        ("mcp__tickets__fin", False),
        ("mcp__tickets__find_all", False),
        ("mcp__tickets__", False),
        ("mcp__tickets", False),
        ("mcp__tickets__close_it", True),
        ("mcp__tickets__campfire__post", True),
        ("mcp__bill-ing__anything", True),
        ("mcp__bill__ing__anything", False),
        ("mcp__tickets2__find", False),
        ("mcp__campfire__post", False),
        ("mcp__campfire__tickets__find", False),
        ("find", False),
        ("Bash", False),
    ],
)
def test_what_is_granted_is_what_the_file_names(tool: str, granted: bool) -> None:
    """Of a server without named tools all, and a name that only looks like one never."""
    assert is_granted(SERVED, tool) is granted
    assert not is_granted(BOT, tool)


def test_a_tool_belongs_to_the_server_whose_name_it_carries() -> None:
    """Also one that is not granted; a tool of ours to none."""
    assert server_of(SERVED, "mcp__tickets__create") == "tickets"
    assert server_of(SERVED, "mcp__campfire__search") is None
