"""Histories made by hand: a good one to start from, and events to add to it."""

from typing import Any

from tests.faults.checker import violations
from tests.faults.history import Event, History, Kind

LANE = "7:assistant"
START = 1_000.0


def event(at: float, kind: Kind, message: str = "1", **fields: Any) -> Event:
    """An event `at` seconds after the start."""
    fields.setdefault("lane", LANE)
    return Event(at=START + at, kind=kind, message=message, **fields)


def answered(message: str, at: float, token: int, **fields: Any) -> list[Event]:
    """A message's whole good life: 0.5 s from delivery to outcome."""
    return [
        event(at, "sent", message, **fields),
        event(at + 0.01, "acknowledged", message, **fields),
        event(at + 0.1, "started", message, token=token, attempt=1, process="one", **fields),
        posted(message, at + 0.4, token, **fields),
        event(at + 0.5, "settled", message, detail="completed", **fields),
    ]


def posted(message: str, at: float, token: int, **fields: Any) -> Event:
    """A reply in the room; Campfire's ids rise with time."""
    fields = {"number": round(at * 100), "detail": "reply", "process": "one", **fields}
    return event(at, "posted", message, token=token, **fields)


def good() -> list[Event]:
    """Three messages of one lane, answered in order."""
    return [*answered("1", 0, 1), *answered("2", 1, 2), *answered("3", 2, 3)]


def without(events: list[Event], kind: Kind, message: str = "1") -> list[Event]:
    """The events, but for one kind of one message."""
    return [e for e in events if not (e.kind == kind and e.message == message)]


def broken(events: list[Event], **expected: Any) -> set[str]:
    """The invariants that these events break."""
    return {v.invariant for v in violations(History(events=events, **expected))}
