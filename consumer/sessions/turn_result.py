"""What a turn is asked for and what it gives, as the turn pipeline sees it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consumer.sessions.events import Tier
from consumer.sessions.turn import OnEvent
from shared.bots import Bot
from shared.lane import Lane

Recap = Callable[[Lane, str], Awaitable[str]]
"""Gives what is known of a room before a prompt, where the conversation could not be resumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnResult:
    """A turn that ended in an answer."""

    text: str
    """The last message of the model, which may be empty; what it said between tools is left out."""
    tier: Tier
    session_id: str
    pid: int | None
    """The CLI's process id."""
    num_turns: int
    """Model calls."""
    usage: Mapping[str, Any]
    cost: float
    """US dollars, of this turn alone."""
    duration: float
    """Seconds, connecting included."""
    folder: Path
    """The agent's working directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One call of run_turn."""

    lane: Lane
    bot: Bot
    prompt: str
    on_event: OnEvent | None
