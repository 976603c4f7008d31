"""What watchers read of a session's events."""

import json

from consumer.agent.events import (
    Retrying,
    Started,
    TextDelta,
    Tier,
    ToolEnded,
    ToolStarted,
    TurnEvent,
)
from consumer.live.translation import live_event


def test_no_process_id_leaves_the_consumer() -> None:
    """A watcher learns the tier of the session, not which process serves it."""
    wire = json.loads(live_event(Started(Tier.WARM, 4711), "p:b:2:7", 5).wire())
    assert wire == {"version": 1, "kind": "started", "job": "p:b:2:7", "at_ms": 5, "tier": "warm"}


def test_every_kind_has_its_fields() -> None:
    """Tools by id and name, a retry with its count and pause, nothing that is not known."""
    events: list[TurnEvent] = [
        ToolStarted("t", "Bash"),
        ToolEnded("t", True),
        Retrying(1, 3, 0.5, None),
        ToolEnded("t", failed=True, seconds=1.23456, interrupted=True),
    ]
    wires = [json.loads(live_event(event, "j", 1).wire()) for event in events]
    assert [(wire.pop("kind"), wire.get("id"), wire.get("name")) for wire in wires] == [
        ("tool_started", "t", "Bash"),
        ("tool_ended", "t", None),
        ("retrying", None, None),
        ("tool_ended", "t", None),
    ]
    assert wires[1] == {"version": 1, "job": "j", "at_ms": 1, "id": "t", "failed": True}
    assert (wires[3]["interrupted"], wires[3]["seconds"]) == (True, 1.235)
    assert wires[2] == {"version": 1, "job": "j", "at_ms": 1, "attempt": 1, "of": 3, "delay_s": 0.5}


def test_half_a_character_breaks_nothing() -> None:
    """A lone surrogate cannot be written as UTF-8: it is replaced, and the rest is kept."""
    wire = json.loads(live_event(TextDelta("a\ud83db 😀"), "j", 1).wire())
    assert wire["text"] == "a\ufffdb 😀"
