"""From what a session tells of its turn to what watchers read. Pure."""

from typing import assert_never

from consumer.agent import (
    Retrying,
    ServersMissing,
    Started,
    TextDelta,
    ToolDenied,
    ToolEnded,
    ToolStarted,
    TurnEvent,
    Waiting,
)
from consumer.cage.bounds import CommandEnded
from shared.between_processes import live_events as live


def live_event(event: TurnEvent, job: str, at_ms: int) -> live.LiveEvent:
    """The event as the stream has it; no process id and no path leaves the consumer."""
    match event:
        case Waiting(busy):
            return live.Waiting(job=job, at_ms=at_ms, busy=busy)
        case Started(tier):
            return live.Started(job=job, at_ms=at_ms, tier=tier)
        case TextDelta(text):
            return live.TextDelta(job=job, at_ms=at_ms, text=_whole(text))
        case ToolStarted() | ToolEnded() | ToolDenied() | CommandEnded():
            return _of_a_tool(event, job, at_ms)
        case ServersMissing(missing):
            names = tuple(it.server for it in missing)
            return live.ServersMissing(job=job, at_ms=at_ms, servers=names)
        case Retrying(attempt, of, delay, status):
            return live.Retrying(
                job=job, at_ms=at_ms, attempt=attempt, of=of, delay_s=delay, status=status
            )
    assert_never(event)


def _of_a_tool(
    event: ToolStarted | ToolEnded | ToolDenied | CommandEnded, job: str, at_ms: int
) -> live.LiveEvent:
    match event:
        case ToolStarted(id_, name):
            return live.ToolStarted(job=job, at_ms=at_ms, id=_whole(id_), name=_whole(name))
        case ToolEnded():
            return _ended(event, job, at_ms)
        case ToolDenied(name):
            return live.ToolDenied(job=job, at_ms=at_ms, name=_whole(name))
        case CommandEnded(bound, most):
            return live.CommandEnded(job=job, at_ms=at_ms, bound=bound, most=most)


def _ended(event: ToolEnded, job: str, at_ms: int) -> live.ToolEnded:
    return live.ToolEnded(
        job=job,
        at_ms=at_ms,
        id=_whole(event.id),
        failed=event.failed,
        seconds=None if event.seconds is None else round(event.seconds, 3),
        interrupted=event.interrupted or None,
    )


def _whole(text: str) -> str:
    """Without the halves of characters, which JSON in UTF-8 cannot carry."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
