"""I10, by histories: what the checker says of calls that somebody approved."""

import pytest

from tests.faults.checks.approvals import approved_at_most_once
from tests.faults.history import Event, History


@pytest.mark.parametrize(
    ("ran", "state", "said"),
    [
        (0, "open", None),
        (0, "denied", None),
        (0, "unknown", None),
        (1, "unknown", None),
        (1, "done", None),
        (2, "done", "ran 2 times"),
        (2, "unknown", "ran 2 times"),
        (1, "denied", "ran, and is denied"),
        (1, "expired", "ran, and is expired"),
        (0, "done", "is done, and never ran"),
        (0, "approved", "is approved for ever"),
        (1, "running", "is running for ever"),
    ],
)
def test_it_ran_at_most_once_and_only_after_a_yes(ran: int, state: str, said: str | None) -> None:
    """And no request stays in the middle."""
    events = [Event(at=float(n), kind="ran", message="3") for n in range(ran)]
    history = History(events=events, requests={"3": state})
    assert [found.what for found in approved_at_most_once(history)] == ([said] if said else [])
