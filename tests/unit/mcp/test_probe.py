"""A server over HTTP is looked at, and whatever its file and variables make of it is no fault."""

import pytest

from consumer.mcp.probe import Probe
from consumer.mcp.trouble import Trouble
from shared.bots import McpServer

SENT = {"Authorization": "Bearer ${GIVEN}"}


@pytest.mark.parametrize(
    ("server", "given"),
    [
        *((McpServer(url="http://${GIVEN}/mcp"), to) for to in ("127.0.0.1:70000", "[::1")),
        *(
            (McpServer(url="http://127.0.0.1:1/mcp", headers=SENT), token)
            for token in ("pässwort", "sk-…", "a\nb")
        ),
    ],
)
async def test_what_nobody_can_send_is_a_server_out_of_reach(server: McpServer, given: str) -> None:
    """One bot's typing mistake would end the worker, and with it every other bot."""
    assert await Probe({"GIVEN": given})(server) is Trouble.UNREACHABLE
