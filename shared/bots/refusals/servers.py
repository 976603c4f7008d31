"""MCP servers: what no file may say of them, and what has to be there on this machine."""

import re
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

from shared.bots.beside import Beside
from shared.bots.bot import Bot
from shared.bots.refusals.found import Found
from shared.bots.sections.abilities.mcp_server import McpServer
from shared.bots.tool_names import OF_OURS
from shared.bots.variables import is_literal_secret, misspelt, variables_in
from shared.secret_names import may_be_named

_OF_THE_CLI = frozenset({"ide", "claude-in-chrome", "computer-use", "workspace"})
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]|_(?!_|$)){0,47}")
"""The CLI rewrites what is not in it, and ends a server's name at the first `__`."""

_WHERE = "the environment, in .env, or in a file that {}_FILE names"
_NOT_AN_ARGUMENT = (
    "must hold no secret and no ${NAME}: everybody on the machine can read arguments; "
    "give it by env"
)


def of_servers(bot: Bot, here: Beside) -> Found:
    """What is wrong with the bot's MCP servers."""
    seen: dict[str, str] = {}
    for name, server in bot.mcp_servers.items():
        place = ("mcp_servers", name)
        yield from ((place, what) for what in _of_name(name, seen))
        seen[name.lower().replace("_", "-")] = name
        yield from ((place, what) for what in _of_kind(server))
        for inner, what in (*_of_secrets(server), *_of_names(server), *_of_machine(server, here)):
            yield (*place, *inner), what


def _of_name(name: str, seen: dict[str, str]) -> Iterator[str]:
    if not _NAME.fullmatch(name):
        yield "must have a name of letters, digits, - and single _, 48 at most"
    if name.lower() in OF_OURS or name.lower() in _OF_THE_CLI:
        yield f"cannot be called {name}: that is the name of tools that are not a server's"
    if twin := seen.get(name.lower().replace("_", "-")):
        yield f"has nearly the name of {twin}: nobody could tell their tools apart"


def _of_kind(server: McpServer) -> Iterator[str]:
    if bool(server.url) == bool(server.command):
        yield "must have url or command, one of the two"
    elif server.url and not _is_address(server.url):
        yield "must have a url like https://mcp.example/tickets"
    elif server.command and server.headers:
        yield "has headers, which go with url only: a program is given env"
    elif server.url and server.env:
        yield "has env, which goes with command only: an address is sent headers"


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        of_variables = "${" in parts.netloc
        named = of_variables or parts.port != 0  # raises where there is no such port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and named


def _of_secrets(server: McpServer) -> Found:
    """Secrets that stand in the file, or would stand in a command line."""
    for place, name, text in server.texts():
        if wrong := misspelt(text):
            yield place, f"holds {wrong}: a variable is ${{NAME}}, in capitals, digits and _"
        elif is_literal_secret(name, text):
            where = _WHERE.format("NAME")
            yield place, f"holds a secret: write ${{NAME}}, and give NAME its value in {where}"
    befores = ("", *server.command)
    for number, (option, word) in enumerate(zip(befores, server.command, strict=False)):
        if "${" in word or is_literal_secret(option if option.startswith("-") else "", word):
            yield ("command", number), _NOT_AN_ARGUMENT


def _of_names(server: McpServer) -> Found:
    for place, _, text in server.texts():
        for variable in variables_in(text):
            if not may_be_named(variable):
                yield place, f"names {variable}, which is none of this bot's: choose another name"


def _of_machine(server: McpServer, here: Beside) -> Found:
    if here.variables is None:
        return
    for place, _, text in server.texts():
        for variable in variables_in(text):
            if variable not in here.variables:
                where = _WHERE.format(variable)
                yield place, f"names {variable}, which has no value in {where}"
    if server.command and shutil.which(server.command[0]) is None:
        yield ("command",), f"names {server.command[0]}, which is no program of this machine"
