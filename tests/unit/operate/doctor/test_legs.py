"""The way of a message, leg by leg, from its timeline."""

import pytest

from operate.doctor.finding import Mark
from operate.doctor.legs import legs, way
from shared.operating.messages import Message
from shared.operating.timeline import Step, What


def _message(*steps: tuple[int, What], ended_ms: int | None = None) -> Message:
    told = tuple(Step(at_ms=at, what=what) for at, what in steps)
    return Message(job="campfire:ops:1:7", steps=told, ended_ms=ended_ms)


def test_each_leg_has_its_seconds() -> None:
    """Of steps that come again the first counts: a second post is part of the answer."""
    message = _message(
        *((1000, "delivered"), (1100, "accepted"), (1600, "claimed"), (2000, "started")),
        *((2500, "tool"), (5000, "posted"), (6000, "posted")),
        ended_ms=6500,
    )
    assert [seconds for _, seconds in legs(message)] == [0.1, 0.5, 0.4, 3.0, 1.5]


@pytest.mark.parametrize("ended_ms", [None, 900])
def test_what_is_not_on_record_is_left_out(ended_ms: int | None) -> None:
    """And a clock that jumped back makes no leg negative."""
    assert [seconds for _, seconds in legs(_message((1000, "posted"), ended_ms=ended_ms))] == (
        [] if ended_ms is None else [0.0]
    )


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (Message(job="campfire:ops:1:7", state="refused", outcome="looping"), "looping"),
        (Message(job="campfire:ops:1:7", message_id="7", outcome="failed"), "ended as failed"),
    ],
)
def test_what_was_not_answered_has_no_legs(message: Message, words: str) -> None:
    """Bots that talked among themselves for too long; a turn that failed."""
    (finding,) = way("ops", message)
    assert finding.mark is Mark.BROKEN
    assert words in finding.found
