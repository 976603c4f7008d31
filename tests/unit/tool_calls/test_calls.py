"""Every tool call ends once, in one of four ways, and is counted by bot and tool."""

import pytest
from structlog.testing import capture_logs

from consumer.tool_calls import tally as tallies
from consumer.tool_calls.calls import Calls
from consumer.tool_calls.tally import OTHERS, ToolTally


@pytest.fixture
def tally() -> ToolTally:
    return ToolTally()


@pytest.fixture
def calls(tally: ToolTally) -> Calls:
    """By a clock that goes on a second whenever it is looked at."""
    seconds = iter(range(100))
    return Calls("a", tally, clock=lambda: float(next(seconds)))


def test_each_ending_is_counted_with_its_time(calls: Calls, tally: ToolTally) -> None:
    """What was let run to its end, failed, was stopped, or never ran."""
    for call_id in ("1", "2", "3", "4"):
        calls.began(call_id, "Read")
    calls.ended("1", failed=False)
    calls.ended("2", failed=True)
    calls.ended("3", failed=True, interrupted=True)
    assert calls.seconds("1") == 4.0
    calls.turn_is_over()
    calls.denied("5", "Bash")
    bash, read = tally.told()
    assert (bash.tool, bash.calls, bash.denied, bash.seconds) == ("Bash", 1, 1, 0.0)
    assert (read.bot_id, read.calls, read.ok, read.failed, read.interrupted) == ("a", 4, 1, 1, 2)
    assert read.seconds == 16.0


def test_a_call_ends_once(calls: Calls, tally: ToolTally) -> None:
    """Told twice, or after its turn, it is not counted again."""
    calls.began("1", "Read")
    calls.ended("1", failed=False)
    calls.ended("1", failed=True)
    calls.turn_is_over()
    assert calls.seconds("1") is None
    assert [it.calls for it in tally.told()] == [1]


def test_what_a_turn_cuts_off_is_named(calls: Calls) -> None:
    """For whoever watches, who knows of the agent's own calls only."""
    calls.began("1", "Read")
    calls.began("2", "Read", subagent=True)
    calls.began("3", "Read")
    calls.ended("3", failed=False)
    assert calls.interrupt() == ["1"]
    assert [calls.was_interrupted(call) for call in ("1", "2", "3")] == [True, True, False]


def test_a_denied_call_is_forgotten_with_its_turn(calls: Calls) -> None:
    """A subagent's too, of whose result nobody hears."""
    calls.denied("1", "Bash")
    assert calls.denied_tools == {"1": "Bash"}
    calls.turn_is_over()
    assert calls.denied_tools == {}


def test_the_log_tells_of_each(calls: Calls) -> None:
    """By name, ending and seconds, nothing else of it."""
    with capture_logs() as logs:
        calls.began("1", "Read")
        calls.ended("1", failed=True)
    assert logs == [
        {
            "event": "tool_called",
            "log_level": "info",
            "bot_id": "a",
            "tool": "Read",
            "call": "1",
            "ended": "failed",
            "seconds": 1.0,
        }
    ]


def test_the_tally_is_bounded(tally: ToolTally, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server may bring a thousand tools: beyond the bound they are counted together."""
    monkeypatch.setattr(tallies, "MOST", 2)
    for number in range(5):
        tally.count("a", f"tool {number}", "ok", 0.5)
    assert [(it.tool, it.calls) for it in tally.told()] == [
        (OTHERS, 3),
        ("tool 0", 1),
        ("tool 1", 1),
    ]
