"""The bot files, and what they grant: whether each tool exists, and can run here."""

import shutil
from collections.abc import Iterable, Iterator, Mapping

from consumer.claude.uncaged import uncaged
from consumer.mcp.probe import Probe
from consumer.mcp.trouble import Trouble
from operate.doctor.finding import Finding, broken, ok, warning
from shared.bots import Bot, McpServer

_MENDS = {
    Trouble.UNREACHABLE: "Start it, or set its url in the bot's file right.",
    Trouble.SILENT: "Look why it does not answer within two seconds.",
    Trouble.UNAUTHORIZED: "Set the variable that its headers name to a token that it takes.",
    Trouble.FAILED: "Look into its log: it answers with an error.",
}

_TYPE = "Type `{}` as root, or take that from the bot's file."


async def tool_findings(bots: Iterable[Bot], variables: Mapping[str, str]) -> list[Finding]:
    """Of each bot its tools and MCP servers; `variables`: what `${NAME}` in files stands for."""
    found: list[Finding] = []
    for bot in bots:
        found += [*_granted(bot), *await _servers(bot, variables)]
    return found


def _granted(bot: Bot) -> Iterator[Finding]:
    for it in uncaged(bot):
        yield broken(it.what, _TYPE.format(it.mend) if it.typed else f"{_capital(it.mend)}.")
    names = ", ".join((*bot.built_in, *bot.toolboxes)) or "none of its own"
    yield ok(f"{bot.id}: {names}")


async def _servers(bot: Bot, variables: Mapping[str, str]) -> list[Finding]:
    ask = Probe(variables)
    return [
        _program(bot, name, server) if server.command else _told(bot, name, await ask(server))
        for name, server in bot.mcp_servers.items()
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _program(bot: Bot, name: str, server: McpServer) -> Finding:
    program = server.command[0]
    if shutil.which(program):
        return ok(f"{bot.id}: the program of the MCP server {name} is there")
    return warning(
        f"{bot.id}: the MCP server {name} cannot start: there is no program {program}",
        f"Install {program}, or write its whole path into the bot's file.",
    )


def _told(bot: Bot, name: str, trouble: Trouble | None) -> Finding:
    if trouble is None:
        return ok(f"{bot.id}: the MCP server {name} answers")
    mend = _MENDS.get(trouble, "Look into its log.")
    return warning(f"{bot.id}: the MCP server {name} is {trouble.value}", mend)
