"""The right to a tool call: one pure decision, asked for every call before it runs.

The CLI's own rules stand below it. Who asks, and where, is to be decided on here as well.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consumer.mcp.grants import is_granted
from consumer.sessions.tools.paths import SEARCHERS, Ground, named_paths, searched_folders
from shared.bots import Bot

BUFFER_BYTES = 16 * 1024 * 1024
"""One message of the CLI at most; one that is longer costs its client the life. The SDK's own
1 MiB is less than one large tool result."""
ROOM_FOR_THE_REST = 64 * 1024
"""What else stands in such a message, generously."""
LARGEST_PDF = (BUFFER_BYTES - ROOM_FOR_THE_REST) // 2 * 3 // 4
"""Bytes of a file that Read sends whole: in base64, which makes four of three, and twice in one
message (measured with CLI 2.1.330: 6.2 MB pass, 6.5 MB do not). Text and pictures it cuts down."""

SEARCH = "ToolSearch"
INNER_TOOLS = frozenset({SEARCH, "StructuredOutput"})
"""Tools that the CLI adds to find, and to end with, what it was given; they reach nothing else."""
READ = "Read"
READERS = SEARCHERS | {READ}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """What the model wants to run."""

    tool: str
    input: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Allowed:
    """Nothing speaks against it here."""


@dataclass(frozen=True, slots=True)
class Denied:
    """It does not run."""

    why: str
    """A sentence for the model."""


Decision = Allowed | Denied


def decide(bot: Bot, call: ToolCall, ground: Ground, own_tools: Collection[str] = ()) -> Decision:
    """Whether the call may run; looks at the disk for where its paths lead, and changes nothing.

    `own_tools`: those of toolboxes that the agent was given, by full name.
    """
    if call.tool in own_tools:
        return Allowed()
    for rule in _RULES:
        if why := rule(bot, call, ground):
            return Denied(why)
    return Allowed()


def _not_given(bot: Bot, call: ToolCall, ground: Ground) -> str | None:
    del ground
    given = call.tool in INNER_TOOLS or call.tool in bot.built_in or is_granted(bot, call.tool)
    return None if given else f"The tool {call.tool} was not given to you."


def _of_the_service(bot: Bot, call: ToolCall, ground: Ground) -> str | None:
    """A reader may have what the CLI put aside for it: a result too long for the model."""
    del bot
    put_aside = call.tool in READERS
    named = any(
        ground.is_ours(path) and not (put_aside and ground.is_result(path))
        for path in named_paths(call.tool, call.input, ground)
    )
    searched = any(map(ground.holds_ours, searched_folders(call.tool, call.input, ground)))
    return "That path is not yours: it lies outside of your folder." if named or searched else None


def _too_big(bot: Bot, call: ToolCall, ground: Ground) -> str | None:
    del bot
    if call.tool != READ:
        return None
    name = str(call.input.get("file_path", ""))
    sizes = [
        size
        for path in named_paths(call.tool, call.input, ground)
        if path is not None and (size := _bytes_read_whole(name, path)) is not None
    ]
    if max(sizes, default=0) <= LARGEST_PDF:
        return None
    most = LARGEST_PDF / 1e6
    return f"That file is too big to read: {max(sizes) / 1e6:.1f} MB, at most {most:.1f} MB."


def _bytes_read_whole(name: str, path: Path) -> int | None:
    if ".pdf" not in (Path(name.strip()).suffix.lower(), path.suffix.lower()):
        return None
    try:
        return path.stat().st_size
    except OSError:
        return None  # Read will say so


_RULES: tuple[Callable[[Bot, ToolCall, Ground], str | None], ...] = (
    _not_given,
    _of_the_service,
    _too_big,
)
