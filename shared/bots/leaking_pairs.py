"""Pairs of tools that together can carry a secret away: refused unless the file names them."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator

from shared.bots.fields import Many, listed
from shared.bots.tool_names import WEB

if TYPE_CHECKING:
    from shared.bots.bot import Bot

_WRITERS = ("Bash", "Write", "Edit", "NotebookEdit")
_PAIR = re.compile(r"\s*(\S+)\s*\+\s*(\S+)\s*")


def _pair(text: str) -> str:
    """As `Bash + web`, whatever the blanks."""
    found = _PAIR.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no pair, as Bash + web")
    return f"{found[1]} + {found[2]}"


Ventures = Annotated[
    Many[Annotated[str, AfterValidator(_pair)]], listed("must be a list of pairs, as [Bash + web]")
]


def ventures(bot: "Bot") -> Iterator[str]:
    """What writes beside what leaves the machine or holds a secret; a shell beside subagents that
    run at once: it could lead a link elsewhere between the look at a path and the CLI's use of it.
    """
    others = [WEB] * (bot.web is not None)
    others += [name for name, server in bot.mcp_servers.items() if server.variables()]
    yield from (f"{tool} + {other}" for tool in bot.tools if tool in _WRITERS for other in others)
    if bot.agents and "Bash" in bot.tools and set(bot.tools) - {"Bash"}:
        yield "Bash + agents"
