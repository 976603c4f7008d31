"""The timeline of a message: what happened to it, step by step, without a word of what was said."""

from typing import Literal

from pydantic import TypeAdapter

from shared.operating.view import View

What = Literal[
    "delivered",
    "accepted",
    "claimed",
    "waiting",
    "started",
    "tool",
    "tool_denied",
    "retrying",
    "posted",
    "postponed",
    "handed_back",
    "crashed",
    "held",
    "requeued",
    "settled",
    "more",
]
MOST_STEPS = 60
"""Of one message: the first and the last of them, and between these how many are left out."""


class Step(View):
    """One thing that happened."""

    at_ms: int
    what: What
    name: str = ""
    """A tool's name, Campfire's id of a post, a tier, a reason, an outcome, a number."""
    seconds: float | None = None
    """How long a tool ran, or until the next try."""
    failed: bool = False
    """Of a tool: it said so itself."""


Steps = tuple[Step, ...]
_STEPS: TypeAdapter[Steps] = TypeAdapter(Steps)


def to_wire(steps: Steps) -> str:
    """As scripts put them together: JSON objects with commas between them, bounded."""
    return ",".join(_short(step) for step in bounded(steps))


def from_wire(stored: bytes) -> Steps:
    """What stands in Redis of them; raises ValueError."""
    return _STEPS.validate_json(b"[" + stored + b"]")


def bounded(steps: Steps) -> Steps:
    """At most MOST_STEPS: what is left out in the middle is counted there."""
    if len(steps) <= MOST_STEPS:
        return steps
    half = MOST_STEPS // 2
    left_out = len(steps) - (2 * half - 1)
    first_gone = steps[half]
    gap = Step(at_ms=first_gone.at_ms, what="more", name=str(left_out))
    return (*steps[:half], gap, *steps[-(half - 1) :])


def _short(step: Step) -> str:
    return step.model_dump_json(exclude_defaults=True)
