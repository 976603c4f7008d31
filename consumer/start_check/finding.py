"""One thing that was looked at, and what was found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """As the log says it; no key, no URL."""

    subject: str
    """`campfire`, `key of <bot>`, `tools of <bot>`, `model <name>`."""
    found: str
    good: bool
    """Nobody has to do anything about it."""
