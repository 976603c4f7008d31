"""How a bot file names tools: built-in ones, those of our toolboxes, those of MCP servers.

`Read`; `campfire/search`, `campfire/*`; `mcp__tickets__find`, `mcp__tickets__*`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from shared.bots.sections.abilities.mcp_server import McpServer
from shared.bots.sections.abilities.posted_files import PostedFiles
from shared.bots.sections.abilities.web import Web

CAMPFIRE, KNOWLEDGE, WEB, FILES = OF_OURS = ("campfire", "knowledge", "web", "files")
"""Our own toolboxes."""
WEB_SEARCH = "WebSearch"
ALL = "*"
_GRANTED_WITH = {"delete": "edit", "remember": "notes"}
"""Tools of Campfire that come with the grant of another name."""
_MCP = "mcp__"
_ODD = re.compile(r"[^A-Za-z0-9_-]")


class HasTools(Protocol):
    """What a bot's file, or its copy for a room, gives it of tools: see shared.bots.bot.Bot."""

    @property
    def tools(self) -> Sequence[str]:
        """Tools of the CLI's own."""
        ...

    @property
    def built_in(self) -> Sequence[str]:
        """Tools of the CLI's own, and the search of `web`."""
        ...

    @property
    def toolboxes(self) -> Sequence[str]:
        """Our toolboxes of which it has anything."""
        ...

    @property
    def campfire(self) -> Sequence[str]:
        """Tools of the toolbox campfire."""
        ...

    @property
    def mcp_servers(self) -> Mapping[str, McpServer]:
        """Its MCP servers, by name."""
        ...

    @property
    def knowledge(self) -> Path | None:
        """The folder of its documents."""
        ...

    @property
    def web(self) -> Web | None:
        """Which pages it may read, and whether it may search."""
        ...

    @property
    def files(self) -> PostedFiles | None:
        """Whether, and how, it opens files that people post."""
        ...


@dataclass(frozen=True, slots=True)
class Pattern:
    """What one name stands for."""

    source: str
    """A toolbox, a server, or none: built into the CLI."""
    tool: str
    """`*`: all of them."""


def full_name(source: str, tool: str = "") -> str:
    """As the CLI, the hook and events name a tool of a toolbox or a server; without a tool, what
    all of its tools begin with."""
    return f"{_MCP}{source}__{tool}"


def pattern(name: str) -> Pattern:
    """The name as a pattern."""
    if name.startswith(_MCP):
        source, _, tool = name.removeprefix(_MCP).partition("__")
        return Pattern(source, tool or ALL)
    source, slash, tool = name.partition("/")
    return Pattern(source, tool) if slash else Pattern("", name)


def names(named: Pattern, tool: str) -> bool:
    """Whether it stands for a tool that the CLI calls so: `Read`, `mcp__campfire__search`."""
    if not named.source:
        return tool == named.tool
    of_source = full_name(named.source)
    if not tool.startswith(of_source):
        return False
    own = tool.removeprefix(of_source)
    if named.source == CAMPFIRE:
        own = _GRANTED_WITH.get(own, own)
    return named.tool == ALL or own == as_the_cli_has_it(named.tool)


def as_the_cli_has_it(tool: str) -> str:
    """A server's tool without what the CLI (2.1.330) rewrites in its name."""
    return _ODD.sub("_", tool)


def not_given(bot: HasTools, names: Iterable[str]) -> Iterator[str]:
    """The names that stand for nothing that this bot has."""
    return (name for name in names if not _is_given(bot, pattern(name)))


def _is_given(bot: HasTools, named: Pattern) -> bool:
    if not named.source:
        return named.tool in bot.built_in
    if named.source in bot.mcp_servers:
        tools = bot.mcp_servers[named.source].tools
        return not tools or named.tool in (ALL, *tools)
    if named.source == CAMPFIRE:
        return bool(bot.campfire) and named.tool in (ALL, *bot.campfire)
    return named.source in bot.toolboxes and named.tool == ALL


def cut_down(bot: HasTools, names: Iterable[str]) -> Mapping[str, object]:
    """The keys of a bot file that say what it has of tools, with no more in them than `names`."""
    kept = [pattern(name) for name in names]
    sources = {it.source for it in kept}
    return {
        "tools": _left(bot.tools, "", kept),
        "campfire": _left(bot.campfire, CAMPFIRE, kept),
        "mcp_servers": {
            name: server.model_copy(update={"tools": _left_of_server(server, name, kept)})
            for name, server in bot.mcp_servers.items()
            if name in sources
        },
        "knowledge": bot.knowledge if KNOWLEDGE in sources else None,
        "web": _web_left(bot, kept),
        "files": bot.files if FILES in sources else None,
    }


def _left(tools: Iterable[str], source: str, kept: Sequence[Pattern]) -> tuple[str, ...]:
    mine = [it.tool for it in kept if it.source == source]
    return tuple(tool for tool in tools if tool in mine or ALL in mine)


def _left_of_server(server: McpServer, name: str, kept: Sequence[Pattern]) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(it.tool for it in kept if it.source == name))
    if ALL in named:
        return server.tools
    return named if not server.tools else tuple(it for it in server.tools if it in named)


def _web_left(bot: HasTools, kept: Sequence[Pattern]) -> Web | None:
    """`web/*` is all of it, `WebSearch` the search alone."""
    if bot.web is None or any(it.source == WEB for it in kept):
        return bot.web
    searches = bot.web.search and WEB_SEARCH in {it.tool for it in kept if not it.source}
    return Web(search=True) if searches else None
