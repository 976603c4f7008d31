"""What of a bot's tools somebody may use: the bot as it is for them. Pure."""

from collections.abc import Iterator, Sequence

from shared.bots.bot import Bot
from shared.bots.rights import right_to
from shared.bots.tool_names import (
    ALL,
    CAMPFIRE,
    WEB_SEARCH,
    as_the_cli_has_it,
    cut_down,
    full_name,
    pattern,
)


def for_person(bot: Bot, user_id: int | None, *, is_ping: bool) -> Bot:
    """The bot with the tools alone that this person may have used there, be it with somebody's yes;
    None: nobody known.

    Of a server whose tools its file does not list: those that a rule names.
    """
    if bot.permissions is None:
        return bot
    kept = [tool for tool in tools_of(bot) if _may(bot, tool, user_id, is_ping=is_ping)]
    left = bot.model_copy(update=dict(cut_down(bot, kept)))
    if left.web is None or not left.web.search or WEB_SEARCH in kept:
        return left
    return left.model_copy(update={"web": left.web.model_copy(update={"search": False})})


def asked_first(bot: Bot, user_id: int | None, *, is_ping: bool) -> list[str]:
    """The bot's tools that run by somebody's yes alone, as the file names them."""
    rights = {
        tool: right_to(bot, called(tool), (user_id,), is_ping=is_ping) for tool in tools_of(bot)
    }
    return [tool for tool, right in rights.items() if right.policy == "ask"]


def tools_of(bot: Bot) -> list[str]:
    """The bot's tools, as its file would name them.

    Of a server that may have more: what rules name, and the rest.
    """
    return list(dict.fromkeys(_tools_of(bot)))


def called(tool: str) -> str:
    """The name by which a call is judged; `*`, which is no tool's name, is whatever else it has."""
    named = pattern(tool)
    if not named.source:
        return tool
    own = ALL if named.tool == ALL else as_the_cli_has_it(named.tool)
    return full_name(named.source, own)


def _may(bot: Bot, tool: str, user_id: int | None, *, is_ping: bool) -> bool:
    return right_to(bot, called(tool), (user_id,), is_ping=is_ping).policy != "deny"


def _tools_of(bot: Bot) -> Iterator[str]:
    named = [pattern(name) for rule in bot.permissions or () for name in rule.tools]
    yield from bot.built_in
    yield from (f"{CAMPFIRE}/{tool}" for tool in bot.campfire)
    for box in bot.toolboxes:
        if box != CAMPFIRE:
            yield from (f"{box}/{it.tool}" for it in named if it.source == box)
            yield f"{box}/{ALL}"
    for name, server in bot.mcp_servers.items():
        of_rules: Sequence[str] = [it.tool for it in named if it.source == name]
        more = [*(it for it in of_rules if it != ALL), ALL]
        yield from (full_name(name, tool) for tool in server.tools or more)
