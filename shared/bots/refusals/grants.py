"""Subagents, rooms and pairs of tools: nothing that the bot has not, nothing unseen."""

import re

from shared.bots.bot import Bot
from shared.bots.refusals.found import Found
from shared.bots.refusals.leaking_pairs import leaking_pairs
from shared.bots.tool_names import not_given
from shared.cli_tools import BUILT_IN_AGENTS

_OF_THE_CLI = frozenset(map(str.lower, BUILT_IN_AGENTS))
_AGENT = r"[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?"


def of_agents(bot: Bot) -> Found:
    """Subagents with an impossible name, or with tools that the bot has not."""
    for name, agent in bot.agents.items():
        if not re.fullmatch(_AGENT, name):
            yield ("agents", name), "must have a name of lower-case letters, digits and -"
        if name.lower() in _OF_THE_CLI or name.startswith("claude-code"):
            yield ("agents", name), "has the name of one that is built into the CLI"
        for tool in not_given(bot, agent.tools):
            yield ("agents", name, "tools"), f"names {tool}, which the bot itself does not have"


def of_rooms(bot: Bot) -> Found:
    """Rooms' own tools that the bot has not: a room only takes away."""
    for room, own in bot.room_overrides.items():
        for tool in not_given(bot, own.tools or ()):
            place = ("room_overrides", room, "tools")
            yield place, f"names {tool}, which the bot does not have anyway"


def of_schedules(bot: Bot) -> Found:
    """Schedules whose answers would come where the bot does not answer."""
    for name, schedule in bot.schedules.items():
        if bot.rooms.answer is not None and schedule.room not in bot.rooms.answer:
            place = ("schedules", name, "room")
            yield place, f"is {schedule.room}, where rooms.answer does not let the bot answer"


def of_pairs(bot: Bot) -> Found:
    """Pairs that the file does not say it knows of, and pairs that it need not know of."""
    found = list(leaking_pairs(bot))
    for pair in found:
        if pair not in bot.i_know:
            why = "could carry a secret away: leave one out, or write"
            yield ("tools",), f"with what stands beside them, {pair}, {why} i_know: [{pair}]"
    for pair in bot.i_know:
        if pair not in found:
            yield ("i_know",), f"names {pair}, which this bot does not have"
