"""How an attempt at a message ends. Values, not exceptions."""

from dataclasses import dataclass
from typing import Any, Literal

Ending = Literal["completed", "failed", "dead", "cancelled", "expired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the room will see, and how the message then ends. Stored before the first post."""

    parts: tuple[str, ...]
    """HTML bodies, in order; each is one post."""
    ending: Ending
    reason: str = ""
    """For an operator: an error's name, never chat text."""
    tier: str = ""
    skipped: tuple[str, ...] = ()
    """Job ids of messages behind this one that end with it, unanswered."""

    def to_json(self) -> dict[str, Any]:
        """As it is stored with the message."""
        return {
            "parts": list(self.parts),
            "ending": self.ending,
            "reason": self.reason,
            "tier": self.tier,
            "skipped": list(self.skipped),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Reply":
        """What an earlier attempt stored."""
        lists = {name: tuple(stored[name]) for name in ("parts", "skipped")}
        return cls(**{**stored, **lists})


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """The attempt failed in a way that may pass: again after `after_s`, in the lane."""

    after_s: float
    reason: str
