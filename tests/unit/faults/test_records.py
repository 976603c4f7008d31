"""I15 by hand: who owned a record last, and who wrote it."""

from tests.faults.history import Event
from tests.unit.faults.histories import broken, event


def _owned(at: float, process: str, fence: int) -> Event:
    return event(at, "owned", "", process=process, number=fence)


def _saved(at: float, process: str, fence: int) -> Event:
    return event(at, "saved", "", process=process, number=fence)


def test_each_owner_writes_until_the_next_one() -> None:
    """Another lane's owner is in nobody's way."""
    other = event(1.5, "owned", "", process="b", number=7, lane="8:assistant")
    events = [_owned(0, "a", 1), _saved(1, "a", 1), other, _saved(2, "a", 1)]
    assert broken([*events, _owned(3, "b", 2), _saved(4, "b", 2)]) == set()


def test_a_former_owner_that_writes_breaks_it() -> None:
    """What it sent before another owned the record is no harm, whatever that one does then."""
    events = [_owned(0, "a", 1), _saved(0.9, "a", 1), _owned(1, "b", 2), _saved(2, "a", 1)]
    assert broken(events) == {"I15"}


def test_a_redis_that_went_back_counts_from_there() -> None:
    """Its last owner is the right one, though its fence is not the highest that ever was."""
    events = [_owned(0, "a", 5), _owned(1, "b", 6), _owned(2, "c", 5), _saved(3, "c", 5)]
    assert broken(events) == set()
