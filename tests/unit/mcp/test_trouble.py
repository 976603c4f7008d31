"""What is wrong with a server, from the CLI's words; measured with CLI 2.1.330."""

from typing import Any

import pytest

from consumer.mcp.trouble import Trouble, of_call, of_servers
from shared.bots import Bot
from tests.bots import bot_with

BOT = bot_with(
    Bot(id="ops", name="Ops", system_prompt="You help."),
    mcp_servers={"tickets": {"url": "http://127.0.0.1:1/mcp", "tools": ["find", "close it"]}},
)
TOOLS = [{"name": "find"}, {"name": "close_it"}]


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        ({"status": "connected", "tools": [*TOOLS, {"name": "more"}]}, None),
        ({"status": "connected", "tools": TOOLS[:1]}, Trouble.TOOLS_GONE),
        ({"status": "connected", "tools": []}, Trouble.TOOLS_GONE),
        ({"status": "pending"}, Trouble.STARTING),
        ({"status": "needs-auth"}, Trouble.UNAUTHORIZED),
        ({"status": "failed", "error": "ECONNREFUSED: Unable to connect."}, Trouble.UNREACHABLE),
        (
            {"status": "failed", "error": 'MCP server "t" connection timed out after 10000ms'},
            Trouble.SILENT,
        ),
        ({"status": "failed", "error": "ENOENT: no such file, posix_spawn 'x'"}, Trouble.ENDED),
        ({"status": "failed", "error": "Connection closed"}, Trouble.ENDED),
        ({"status": "failed", "error": "HTTP 401: no"}, Trouble.UNAUTHORIZED),
        ({"status": "failed", "error": "HTTP 500"}, Trouble.FAILED),
        ({"status": "disabled"}, Trouble.FAILED),
    ],
)
def test_what_the_cli_says_of_a_server(status: dict[str, Any], trouble: Trouble | None) -> None:
    """A server it does not know of at all is failing."""
    assert of_servers(BOT, [{"name": "other"}, {"name": "tickets", **status}]) == {
        "tickets": trouble
    }
    assert of_servers(BOT, []) == {"tickets": Trouble.FAILED}


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        ("ECONNREFUSED: Unable to connect. Is the computer able to …", Trouble.UNREACHABLE),
        ("MCP error -32000: Connection closed", Trouble.ENDED),
        ('MCP server "odd" tool "hang" timed out after 2s', Trouble.SILENT),
        ("Unknown tool: find", Trouble.TOOLS_GONE),
        ("Ticket 4711 is closed", None),
        ("The ticket says: ECONNREFUSED", None),
        ("The request timed out in your CRM", None),
        ("", None),
    ],
)
def test_what_a_failed_call_tells_of_its_server(error: str, trouble: Trouble | None) -> None:
    """A tool that says no is no server that is down."""
    assert of_call(error) is trouble
