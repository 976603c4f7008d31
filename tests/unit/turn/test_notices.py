"""What a person who waits is told, and when."""

import pytest

from consumer.queue.waiting import Waiter
from consumer.turn.notices import BUSY_AFTER_S, OVERLOADED_AFTER_S, notice
from shared.catalogue import catalogue
from shared.lane import Lane


@pytest.mark.parametrize(
    ("ahead", "waited_s", "kind", "words"),
    [
        (1, BUSY_AFTER_S - 0.1, None, ""),
        (1, BUSY_AFTER_S, "busy", "yours is next"),
        (3, BUSY_AFTER_S, "busy", "3 go before yours"),
        (0, BUSY_AFTER_S, "busy", "busy in other rooms"),
        (3, OVERLOADED_AFTER_S, "overloaded", "overloaded"),
    ],
)
def test_what_is_told(ahead: int, waited_s: float, kind: str | None, words: str) -> None:
    """Nothing for a few seconds, then the place in the lane, after 5 minutes an apology."""
    told = notice(Waiter("j", Lane(2, "a"), "1", 0, ahead), waited_s, catalogue("en"))
    assert (told and told[0]) == kind
    assert words in (told[1] if told else "")
