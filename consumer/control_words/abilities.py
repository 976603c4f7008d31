"""What a bot's file lets it do, and where its limits are, in people's words. Pure."""

from collections.abc import Iterable, Iterator

from shared.bots import Bot, McpServer
from shared.bots.tool_names import ALL, pattern
from shared.catalogue import Catalogue


def abilities(bot: Bot, sentences: Catalogue) -> list[str]:
    """After "I can", each once; a tool without words by its own name. Plain text."""
    return list(dict.fromkeys(_abilities(bot, sentences)))


def needing_a_yes(tools: Iterable[str], sentences: Catalogue) -> list[str]:
    """These tools, as a bot's file names them, each once: in words, or `close (tickets)`."""
    return list(dict.fromkeys(_by_name(tool, sentences) for tool in tools))


def limits(bot: Bot, sentences: Catalogue) -> list[str]:
    """Where it ends, as parts of a sentence."""
    said = [sentences.say("limit.room")]
    if bot.max_turns is not None:
        said.append(sentences.say("limit.steps", count=bot.max_turns))
    if bot.budgets is not None and bot.budgets.turn is not None:
        said.append(sentences.say("limit.tokens", count=f"{bot.budgets.turn.tokens:,}"))
    if bot.budgets is not None and bot.budgets.message is not None:
        count = f"{bot.budgets.message.characters:,}"
        said.append(sentences.say("limit.characters", count=count))
    if not bot.answers_bots:
        said.append(sentences.say("limit.bots"))
    if bot.session_ttl_hours is not None:
        said.append(sentences.say("limit.hours", hours=f"{bot.session_ttl_hours:g}"))
    return said


def _abilities(bot: Bot, sentences: Catalogue) -> Iterator[str]:
    if bot.knowledge is not None:
        yield sentences.say("can.knowledge")
    yield from (_named(f"can.{tool}", tool, sentences) for tool in bot.built_in)
    if bot.web is not None and bot.web.domains:
        yield sentences.say("can.web", domains=sentences.listed(list(bot.web.domains)))
    if bot.files is not None:
        what = "pictures" if bot.files.pictures else "files"
        yield sentences.say(f"can.{what}", mb=f"{bot.files.max_mb:g}")
    yield from (_of_server(name, it, sentences) for name, it in bot.mcp_servers.items())
    yield from (_named(f"can.campfire.{tool}", tool, sentences) for tool in bot.campfire)
    if bot.skills is not None:
        names = [name.replace("-", " ") for name in bot.skills.names]
        yield sentences.say("can.skills", names=sentences.listed(names))
    if bot.agents:
        yield sentences.say("can.agents", names=sentences.listed(list(bot.agents)))


def _of_server(name: str, server: McpServer, sentences: Catalogue) -> str:
    if not server.tools:
        return sentences.say("can.server", server=name)
    tools = [tool.replace("_", " ") for tool in server.tools]
    return sentences.say("can.server_tools", server=name, tools=sentences.listed(tools))


def _by_name(tool: str, sentences: Catalogue) -> str:
    named = pattern(tool)
    words = f"can.{named.source}.{named.tool}" if named.source else f"can.{named.tool}"
    if sentences.knows(words):
        return sentences.say(words)
    if not named.source or named.tool == ALL:
        return named.source or named.tool
    return f"{named.tool.replace('_', ' ')} ({named.source})"


def _named(name: str, otherwise: str, sentences: Catalogue) -> str:
    return sentences.say(name) if sentences.knows(name) else otherwise
