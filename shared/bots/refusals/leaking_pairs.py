"""Pairs of tools that together can carry a secret away: refused unless the file names them."""

from collections.abc import Iterator

from shared.bots.bot import Bot
from shared.bots.tool_names import WEB

_WRITERS = ("Bash", "Write", "Edit", "NotebookEdit")


def leaking_pairs(bot: Bot) -> Iterator[str]:
    """What writes beside what leaves the machine or holds a secret; a shell beside subagents that
    run at once: it could lead a link elsewhere between the look at a path and the CLI's use of it.
    """
    others = [WEB] * (bot.web is not None)
    others += [name for name, server in bot.mcp_servers.items() if server.variables()]
    yield from (f"{tool} + {other}" for tool in bot.tools if tool in _WRITERS for other in others)
    if bot.agents and "Bash" in bot.tools and set(bot.tools) - {"Bash"}:
        yield "Bash + agents"
