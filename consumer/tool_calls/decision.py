"""The right to a tool call: one pure decision, asked for every call before it runs.

No other rule lets a call run: the CLI's mode is dontAsk.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consumer.tool_calls.given import SUBAGENT, Given
from consumer.tool_calls.paths import SEARCHERS, Ground, named_paths, searched_folders
from consumer.tool_calls.rights import no_right, whose_word
from consumer.toolboxes import Asking
from shared.bots import Bot
from shared.cli_tools import GRANTABLE, SKILL, Reach

BUFFER_BYTES = 16 * 1024 * 1024
"""One message of the CLI at most; one that is longer costs its client the life. The SDK's own
1 MiB is less than one large tool result."""
ROOM_FOR_THE_REST = 64 * 1024
"""What else stands in such a message, generously."""
LARGEST_PDF = (BUFFER_BYTES - ROOM_FOR_THE_REST) // 2 * 3 // 4
"""Bytes of a file that Read sends whole: in base64, which makes four of three, and twice in one
message (measured with CLI 2.1.330: 6.2 MB pass, 6.5 MB do not). Text and pictures it cuts down."""

FILE_TOOLS = frozenset(tool for tool, reach in GRANTABLE.items() if reach is Reach.FOLDER)
READ = "Read"
READERS = SEARCHERS | {READ}
OF_A_SUBAGENT = frozenset({"description", "prompt", "subagent_type", "run_in_background"})
"""What a call of one may carry: not its model or effort, nor `isolation`, which runs git here, or
takes it to another machine."""
NOBODY_ASKED = "It did not run: nobody's request is being worked on."
ELSEWHERE = "That path is not yours: it lies outside of your folder."


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """What the model wants to run."""

    tool: str
    input: Mapping[str, Any]
    subagent: str | None = None
    """The kind of subagent that wants it; None: the agent itself."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """The call runs."""


@dataclass(frozen=True, slots=True)
class Denied:
    """The call does not run."""

    why: str
    """A sentence for the model."""


@dataclass(frozen=True, slots=True)
class Asks:
    """The call runs when a person has said yes to it."""

    approvers: frozenset[int]
    """Campfire's ids of those whose word it needs, one of them; never empty."""


Decision = Allowed | Asks | Denied


def decide(call: ToolCall, given: Given, asking: Asking | None, ground: Ground) -> Decision:
    """Whether the call may run; looks at the disk for where its paths lead, and changes nothing.

    `given`: what the agent has. `asking`: whose turn it is, in which room, and whether a person
    began it; None where no message is being answered.
    """
    mine = given.to(call.subagent)
    if mine is None:
        return Denied(f"There is no subagent {call.subagent}.")
    for rule in _RULES:
        if why := rule(call, mine, asking, ground):
            return Denied(why)
    approvers = whose_word(call.tool, mine, asking, by_subagent=call.subagent is not None)
    return Asks(approvers) if approvers else Allowed()


def _not_given(call: ToolCall, given: Given, asking: Asking | None, ground: Ground) -> str | None:
    del asking, ground
    return None if given.has(call.tool) else f"The tool {call.tool} was not given to you."


def _no_right(call: ToolCall, given: Given, asking: Asking | None, ground: Ground) -> str | None:
    """For whom, and where."""
    del ground
    return no_right(call.tool, given, asking, by_subagent=call.subagent is not None)


def _nobody_asked(
    call: ToolCall, given: Given, asking: Asking | None, ground: Ground
) -> str | None:
    """A tool of ours works in the room of a turn."""
    del ground
    return NOBODY_ASKED if call.tool in given.own and asking is None else None


def _nothing_such(
    call: ToolCall, given: Given, asking: Asking | None, ground: Ground
) -> str | None:
    """The CLI brings skills and subagents of its own along, which no bot's file describes."""
    del asking, ground
    if call.tool == SKILL:
        name = str(call.input.get("skill", ""))
        return None if given.has_skill(name) else f"The skill {name} was not given to you."
    return _no_subagent(call, given.bot) if call.tool in SUBAGENT else None


def _no_subagent(call: ToolCall, bot: Bot) -> str | None:
    name = str(call.input.get("subagent_type", ""))
    if name not in bot.agents:
        return f"There is no subagent {name}. Yours are: {', '.join(bot.agents)}."
    if more := sorted(call.input.keys() - OF_A_SUBAGENT):
        return f"Leave out {', '.join(more)}: what a subagent is, is fixed."
    return None


def _elsewhere(call: ToolCall, given: Given, asking: Asking | None, ground: Ground) -> str | None:
    """File tools work in the lane's folder and the client's own, and no other tool's path may lead
    to what is the service's. A reader may have what the CLI put aside for it as too long, too."""
    del given, asking
    reads, confined = call.tool in READERS, call.tool in FILE_TOOLS
    named = [*named_paths(call.tool, call.input, ground)]
    searched = [*searched_folders(call.tool, call.input, ground)]
    if confined:
        wrong = not all(ground.is_open(path, reads=reads) for path in (*named, *searched))
    else:
        wrong = any(map(ground.is_ours, named)) or any(map(ground.holds_ours, searched))
    return ELSEWHERE if wrong else None


def _settings_of_the_cli(
    call: ToolCall, given: Given, asking: Asking | None, ground: Ground
) -> str | None:
    """Files that a CLI would obey, were it told to look for any: ours is not."""
    del given, asking
    if call.tool not in FILE_TOOLS - READERS:
        return None
    written = named_paths(call.tool, call.input, ground)
    obeyed = any(path is not None and ground.is_obeyed(path) for path in written)
    return "That name is kept for the service: choose another one." if obeyed else None


def _too_big(call: ToolCall, given: Given, asking: Asking | None, ground: Ground) -> str | None:
    del given, asking
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


_RULES: tuple[Callable[[ToolCall, Given, Asking | None, Ground], str | None], ...] = (
    _not_given,
    _no_right,
    _nobody_asked,
    _nothing_such,
    _elsewhere,
    _settings_of_the_cli,
    _too_big,
)
