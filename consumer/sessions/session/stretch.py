"""What one prompt adds to a conversation: an answer, a part of one, or only the tools that ran."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consumer.agent.spending import Spent


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """An exchange as a part of the conversation."""

    session_id: str
    total: Spent
    """Since the session began."""
    entry: str | None
    """The transcript's last message of this exchange."""
    tools: tuple[str, ...]
    """The tools that ran, by name, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Stretch):
    """An exchange that ended well."""

    text: str
    """Empty where the agent only wrote files, or said nothing."""
    cut: bool
    """Whether it ends in the middle, at the model's limit of output."""
    num_turns: int
    usage: Mapping[str, Any]
    """As the CLI tells it, of this turn alone."""
    model: str | None = None
    """Which model said the last of it, where that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What an exchange without an answer leaves."""

    kept: Stretch | None
    """It stays in the conversation; None: it is cut off, and acts on nothing that comes later."""
    tools: tuple[str, ...]
    """What ran in it, and is not undone."""
    total: Spent | None = None
    """Since the session began. None: its agent died, and only an end tells it."""
