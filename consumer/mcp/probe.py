"""Whether a server over HTTP answers at all, asked by us and not by a client of it."""

from collections.abc import Mapping

import httpx
import structlog

from consumer.certificates import trusted
from consumer.mcp.trouble import Trouble
from shared.bots import McpServer
from shared.bots.variables import expanded

PATIENCE_S = 2.0
PING = {"jsonrpc": "2.0", "id": "campfire-ai-bot", "method": "ping"}
"""Of MCP's own methods the one that does nothing; without a session a server may refuse it, and
has answered."""


log = structlog.get_logger(__name__)


class Probe:
    """Asks a server whether it is there: one request, and no session with it."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    async def __call__(self, server: McpServer) -> Trouble | None:
        """None where it answers, whatever it says of a request without a session.

        Never raises: no file and no variable of one bot's ends the worker, which is all bots'.
        """
        url = expanded(server.url or "", self._variables)
        headers = {name: expanded(text, self._variables) for name, text in server.headers.items()}
        headers["accept"] = "application/json, text/event-stream"
        try:
            async with (
                httpx.AsyncClient(timeout=PATIENCE_S, verify=trusted()) as client,
                client.stream("POST", url, headers=headers, json=PING) as answer,
            ):
                return _of(answer.status_code)
        except httpx.TimeoutException:
            return Trouble.SILENT
        except Exception as error:  # noqa: BLE001 - `${…}` may make of it what nobody can send
            log.debug("mcp_server_not_asked", error=type(error).__name__)
            return Trouble.UNREACHABLE


def _of(status: int) -> Trouble | None:
    if status in (401, 403):
        return Trouble.UNAUTHORIZED
    return Trouble.FAILED if status >= 500 else None
