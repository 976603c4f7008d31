"""The stories: what each attempt has done so far, from what the live stream is told of it.

They are handed on when an attempt ends: to the message's timeline, or with its end.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import assert_never

from shared.between_processes.live_events import (
    LiveEvent,
    Posted,
    Retrying,
    Started,
    ToolDenied,
    ToolEnded,
    ToolStarted,
    Waiting,
)
from shared.keys import plain
from shared.operating.timeline import MOST_STEPS, Step

Heard = Waiting | Started | ToolStarted | ToolEnded | ToolDenied | Retrying | Posted
"""The events that are a step, or the end of one."""
MOST_KEPT = 2 * MOST_STEPS


@dataclass(slots=True)
class Story:
    """What one attempt at a message has done so far."""

    claimed_ms: int
    steps: list[Step] = field(default_factory=list)
    tools: dict[str, int] = field(default_factory=dict)
    """The tools that run: the call's id → where its step stands."""
    tier: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    micro_usd: int = 0
    left_out: int = 0

    def add(self, step: Step) -> None:
        """The next step; of a turn that does endless things the later ones are only counted."""
        if len(self.steps) < MOST_KEPT:
            self.steps.append(step)
        else:
            self.left_out += 1
            self.steps[-1] = step

    def take(self) -> tuple[Step, ...]:
        """Its steps; how many were left out stands before the last."""
        if not self.left_out:
            return tuple(self.steps)
        *first, last = self.steps
        gap = Step(at_ms=last.at_ms, what="more", name=str(self.left_out))
        return (*first, gap, last)


class Stories:
    """The stories of the attempts that run, by job id. Nothing here waits or raises."""

    def __init__(self) -> None:
        self._stories: dict[str, Story] = {}
        self.changed: Callable[[], None] = lambda: None
        """Called when something has happened that is worth showing."""

    def begin(self, job_id: str, claimed_ms: int) -> None:
        """Begin the story of an attempt."""
        self._stories[plain(job_id)] = Story(claimed_ms)
        self.changed()

    def note(self, event: LiveEvent) -> None:
        """Something happened in an attempt; of one that is over it changes nothing."""
        story = self._stories.get(event.job)
        if story is not None and isinstance(event, Heard):
            _note(story, event)
            self.changed()

    def spent(self, job_id: str, *, input_tokens: int, output_tokens: int, micro_usd: int) -> None:
        """What a query of an attempt has cost."""
        if (story := self._stories.get(plain(job_id))) is not None:
            story.input_tokens += input_tokens
            story.output_tokens += output_tokens
            story.micro_usd += micro_usd

    def end(self, job_id: str) -> Story | None:
        """The attempt is over; None for a message that has none here."""
        story = self._stories.pop(plain(job_id), None)
        self.changed()
        return story

    def of(self, job_id: str) -> Story | None:
        """What an attempt has done so far."""
        return self._stories.get(plain(job_id))

    @property
    def running(self) -> dict[str, Story]:
        """Every story, by job id without braces."""
        return dict(self._stories)


def _note(story: Story, event: Heard) -> None:
    at = event.at_ms
    match event:
        case Waiting():
            story.add(Step(at_ms=at, what="waiting", name=str(event.busy)))
        case Started():
            story.tier = event.tier
            story.add(Step(at_ms=at, what="started", name=event.tier))
        case ToolStarted():
            story.add(Step(at_ms=at, what="tool", name=event.name))
            story.tools[event.id] = len(story.steps) - 1
        case ToolEnded():
            _tool_ended(story, event)
        case ToolDenied():
            story.add(Step(at_ms=at, what="tool_denied", name=event.name))
        case Retrying():
            which = f"{event.attempt}/{event.of}"
            story.add(Step(at_ms=at, what="retrying", name=which, seconds=event.delay_s))
        case Posted():
            story.add(Step(at_ms=at, what="posted", name=event.post))
        case _:
            assert_never(event)


def _tool_ended(story: Story, event: ToolEnded) -> None:
    place = story.tools.pop(event.id, None)
    if place is None or story.steps[place].what != "tool":
        return
    begun = story.steps[place]
    seconds = event.seconds if event.seconds is not None else (event.at_ms - begun.at_ms) / 1000
    known = {"seconds": round(seconds, 1), "failed": event.failed}
    story.steps[place] = begun.model_copy(update=known)
