"""What a bot's CLI is told of its servers: a file with secrets in it, and an environment without.

The names are the CLI's (2.1.330): `--mcp-config`, and its environment.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from consumer.mcp.program import caged
from shared.bots import Bot, McpServer
from shared.bots.variables import expanded

FIRST_TURN_S = 5.0
"""How long a client's first turn waits for servers that are still starting."""
CONNECT_S = 30.0
"""How long a server may take to start. Many a program takes seconds, and more on a busy machine."""
SEARCH_FROM_PERCENT = 3
"""Of the model's context: tools that would take more of it are looked for when they are needed."""


def server_config(bot: Bot, variables: Mapping[str, str], hidden: Sequence[Path]) -> str:
    """The bot's servers as JSON, secrets and all; for nobody's eyes but its CLI's.

    Raises KeyError for a variable without a value: it was there when the file was read.
    """
    servers = {
        name: _http(server, variables) if server.url else _program(name, server, variables, hidden)
        for name, server in bot.mcp_servers.items()
    }
    return json.dumps({"mcpServers": servers})


def cli_environment(bot: Bot) -> dict[str, str]:
    """Variables of the CLI of a bot with servers: none of them is a secret."""
    if not bot.mcp_servers:
        return {}
    return {
        # Else a program is started with all that the CLI was started with.
        "CLAUDE_CODE_MCP_ALLOWLIST_ENV": "1",
        "MCP_TIMEOUT": _ms(CONNECT_S),
        # We wait for them, where a turn can be stopped meanwhile.
        "CLAUDE_CODE_MCP_STARTUP_WAIT_MS": "1",
        "MCP_TOOL_TIMEOUT": _ms(max(it.timeout_seconds for it in bot.mcp_servers.values())),
        "ENABLE_TOOL_SEARCH": f"auto:{SEARCH_FROM_PERCENT}",
    }


def _http(server: McpServer, variables: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "http",
        "url": expanded(server.url or "", variables),
        "headers": _expanded(server.headers, variables),
        "timeout": int(_ms(server.timeout_seconds)),
    }


def _program(
    name: str, server: McpServer, variables: Mapping[str, str], hidden: Sequence[Path]
) -> dict[str, Any]:
    program = caged(name, server.command, hidden)
    return {
        "type": "stdio",
        "command": program.command[0],
        "args": list(program.command[1:]),
        "env": {**_expanded(server.env, variables), **program.environment},
        "timeout": int(_ms(server.timeout_seconds)),
    }


def _expanded(texts: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, str]:
    return {name: expanded(text, variables) for name, text in texts.items()}


def _ms(seconds: float) -> str:
    return str(round(seconds * 1000))
