"""A bot's subagents, as the CLI is told of them; those built into it are taken away."""

from collections.abc import Iterator
from typing import Any

from consumer.tool_calls.given import SEARCH
from shared.bots import Bot
from shared.bots.tool_names import ALL, as_the_cli_has_it, full_name, pattern
from shared.cli_tools import BUILT_IN_AGENTS


def subagents(bot: Bot) -> dict[str, dict[str, Any]]:
    """The bot's subagents by name, in the words of the SDK's `AgentDefinition`."""
    return {
        name: {
            "description": agent.description,
            "prompt": agent.prompt,
            "model": agent.model,
            "tools": list(_tools(bot, agent.tools)),
        }
        for name, agent in bot.agents.items()
    }


def built_in_taken_away(bot: Bot) -> list[str]:
    """The rules without which the CLI's own would be there beside the bot's."""
    return [f"Agent({name})" for name in BUILT_IN_AGENTS] if bot.agents else []


def _tools(bot: Bot, names: tuple[str, ...]) -> Iterator[str]:
    kept = [pattern(name) for name in names]
    if any(it.source in bot.mcp_servers for it in kept):
        yield SEARCH  # or it could not find what the CLI keeps back until it is looked for
    for it in kept:
        if not it.source:
            yield it.tool
        elif it.tool != ALL:
            yield full_name(it.source, as_the_cli_has_it(it.tool))
        else:
            yield full_name(it.source).removesuffix("__")  # all that the bot has of them
