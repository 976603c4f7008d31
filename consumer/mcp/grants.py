"""Whose tool a tool is, and whether the bot's file grants it."""

from shared.bots import Bot
from shared.bots.tool_names import as_the_cli_has_it, full_name


def server_of(bot: Bot, tool: str) -> str | None:
    """The bot's server that a tool with this full name belongs to."""
    return next((name for name in bot.mcp_servers if tool.startswith(full_name(name))), None)


def is_granted(bot: Bot, tool: str) -> bool:
    """Whether it is a tool of a server of the bot's, and one of those that its file names."""
    server = server_of(bot, tool)
    if server is None:
        return False
    named = bot.mcp_servers[server].tools
    return not named or tool in {full_name(server, as_the_cli_has_it(name)) for name in named}
