"""What happens in a turn while it runs, for the progress in the room and the live stream."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from consumer.cage.bounds import CommandEnded
from consumer.mcp.board import Missing

Memory = Literal["kept", "new", "lost"]
"""What an agent knows of its lane: its conversation, nothing yet, or nothing any more because the
conversation on record could not be resumed."""


class Tier(StrEnum):
    """Where a turn's session came from."""

    HOT = "hot"
    """Its client was connected."""
    WARM = "warm"
    """Resumed from its record."""
    COLD = "cold"
    """New."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The turn waits until another client ends: no more may be started now."""

    busy: int
    """Sessions at work."""


@dataclass(frozen=True, slots=True)
class Started:
    """The prompt goes to the agent."""

    tier: Tier
    pid: int | None


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of text. Text between tools is narration; only the last is the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolStarted:
    """The model called a tool."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ToolEnded:
    """A tool returned."""

    id: str
    failed: bool
    seconds: float | None = None
    """How long it ran; None: it did not."""
    interrupted: bool = False
    """It was stopped before its end: with its turn, or with the agent's process."""


@dataclass(frozen=True, slots=True)
class ToolDenied:
    """The model asked for a tool the bot's file does not grant."""

    name: str
    id: str = ""
    """That of its ToolStarted, where it is known."""


@dataclass(frozen=True, slots=True)
class ServersMissing:
    """MCP servers of the bot's do not serve this turn; once more for each that is found later."""

    servers: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Retrying:
    """The Messages API failed; the CLI asks again after `delay` seconds."""

    attempt: int
    of: int
    delay: float
    status: int | None


AgentEvent = (
    TextDelta | ToolStarted | ToolEnded | ToolDenied | CommandEnded | ServersMissing | Retrying
)
"""What the agent's client tells of while it works."""
TurnEvent = Waiting | Started | AgentEvent
OnEvent = Callable[[TurnEvent], None]
