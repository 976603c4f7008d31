"""One thing that was looked at, and what was found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing, as the log says it: without a key, without a URL."""

    subject: str
    """`campfire`, `key of <bot>`, `tools of <bot>`, `model <name>`."""
    found: str
    good: bool
    """Nobody has to do anything about it."""
