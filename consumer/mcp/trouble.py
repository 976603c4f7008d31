"""What can be wrong with a server, from the CLI's words and from what its file promises. Pure."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from shared.bots import Bot, McpServer
from shared.bots.tool_names import as_the_cli_has_it


class Trouble(StrEnum):
    """Why a server's tools are missing, or may be. No words of the server's: it could say anything,
    and its address may hold a secret."""

    STARTING = "starting"
    """Not known yet."""
    UNREACHABLE = "unreachable"
    SILENT = "silent"
    """It does not answer in time."""
    UNAUTHORIZED = "unauthorized"
    ENDED = "ended"
    """Its program ended, or did not start."""
    FAILED = "failed"
    TOOLS_GONE = "tools_gone"
    """It has not got the tools that the bot's file names, or none at all."""


_SAID = (
    (Trouble.UNREACHABLE, r"ECONNREFUSED|ECONNRESET|ENOTFOUND|EHOSTUNREACH|Unable to connect"),
    (Trouble.UNREACHABLE, r"socket connection was closed|fetch failed"),
    (Trouble.SILENT, r"timed out|ETIMEDOUT"),
    (Trouble.UNAUTHORIZED, r"\b40[13]\b|[Uu]nauthorized|Forbidden"),
    (Trouble.ENDED, r"Connection closed|ENOENT|EACCES|exited"),
)
_OF_A_CALL = re.compile(
    r"\A(?:MCP error -?[0-9]+: )?(?:ECONN\w+|ENOTFOUND|EHOSTUNREACH|Unable to connect|fetch failed"
    r"|The socket connection was closed|Connection closed|MCP server \"[^\"]*\" .{0,200}timed out"
    r"|MCP server '[^']*' (?:is not connected|session expired))"
)
_UNKNOWN_TOOL = re.compile(
    r"\A(?:MCP error -?[0-9]+: )?Unknown tool\b|Its MCP server '.*' has disconn"
)


def of_servers(bot: Bot, statuses: Iterable[Mapping[str, Any]]) -> dict[str, Trouble | None]:
    """The trouble of each of the bot's servers, as the CLI (2.1.330) sees it; None: all is well."""
    by_name = {str(status.get("name")): status for status in statuses}
    return {
        name: _of_server(server, by_name.get(name, {})) for name, server in bot.mcp_servers.items()
    }


def of_call(error: str) -> Trouble | None:
    """What a failed call tells of its server; None where the tool itself did not do it."""
    if _UNKNOWN_TOOL.search(error[:500]):
        return Trouble.TOOLS_GONE
    return _named(error[:500]) if _OF_A_CALL.match(error) else None


def _of_server(server: McpServer, status: Mapping[str, Any]) -> Trouble | None:
    match status.get("status"):
        case "connected":
            return Trouble.TOOLS_GONE if _lacks_tools(server, status.get("tools") or ()) else None
        case "pending":
            return Trouble.STARTING
        case "needs-auth":
            return Trouble.UNAUTHORIZED
    return _named(str(status.get("error") or ""))


def _lacks_tools(server: McpServer, offered: Iterable[Mapping[str, Any]]) -> bool:
    has = {as_the_cli_has_it(str(tool.get("name"))) for tool in offered}
    return not has or any(as_the_cli_has_it(name) not in has for name in server.tools)


def _named(error: str) -> Trouble:
    return next((what for what, said in _SAID if re.search(said, error)), Trouble.FAILED)
