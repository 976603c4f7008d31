"""How fast a watcher may send."""

from ingress.live.pace import BURST, Pace


def test_a_few_at_once_then_one_a_second() -> None:
    """The burst waits for nothing; what follows waits longer and longer."""
    pace = Pace()
    assert [pace.wait_s(100.0) for _ in range(BURST + 2)] == [0.0] * BURST + [1.0, 2.0]


def test_who_was_silent_may_send_a_few_again() -> None:
    """After the burst and as many seconds of silence there is a burst again, and no more."""
    pace = Pace()
    for _ in range(BURST):
        pace.wait_s(100.0)
    assert [pace.wait_s(200.0) for _ in range(BURST + 1)] == [0.0] * BURST + [1.0]
