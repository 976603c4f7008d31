"""I14 by hand: one open client a conversation, kept, broken and excused."""

from tests.faults.checker import violations
from tests.faults.history import Deaf, Event, History
from tests.unit.faults.histories import START, broken, event

SESSION = "s1"


def _opened(at: float, process: str, client: int = 1) -> Event:
    return event(at, "opened", SESSION, process=process, number=client, lane="")


def _closed(at: float, process: str, client: int = 1) -> Event:
    return event(at, "closed", SESSION, process=process, number=client, lane="")


def _died(at: float, process: str) -> Event:
    return event(at, "died", "", process=process, lane="")


def test_one_after_the_other_is_what_was_promised() -> None:
    """A client that was closed, or whose process died, is in nobody's way."""
    assert broken([_opened(0, "a"), _closed(1, "a"), _opened(1, "b"), _died(2, "b")]) == set()
    assert broken([_opened(0, "a"), _died(1, "a"), _opened(1.1, "b")]) == set()


def test_two_consumers_with_one_conversation_open_break_it() -> None:
    """Also where the first closes a moment later, and where one process has it open twice."""
    assert broken([_opened(0, "a"), _opened(1, "b"), _closed(1.1, "a")]) == {"I14"}
    assert broken([_opened(0, "a"), _opened(1, "b")]) == {"I14"}
    assert broken([_opened(0, "a"), _opened(1, "a", 2), _closed(2, "a")]) == {"I14"}


def test_who_was_frozen_is_excused_until_it_can_have_heard() -> None:
    """It, and not another; what was open twice before it froze is no excuse either."""
    events = [_opened(0, "a"), _opened(2, "b"), _closed(4, "a")]
    for process in ("a", ""):
        deaf = Deaf(process=process, since=START + 1, until=START + 5)
        assert broken(events, deaf=[deaf]) == set()
    for process, since, until in (("a", 1, 3.9), ("a", 2.1, 5), ("c", 1, 5)):
        deaf = Deaf(process=process, since=START + since, until=START + until)
        assert broken(events, deaf=[deaf]) == {"I14"}


def test_who_goes_on_with_it_is_not_excused() -> None:
    """One that thaws and opens what others have open by then does it without a right to."""
    events = [_opened(0, "a"), _opened(2, "b"), _closed(4, "b"), _died(5, "a")]
    assert broken(events, deaf=[Deaf(process="b", since=START + 1, until=START + 5)]) == {"I14"}


def test_a_lease_that_lapsed_by_itself_is_told_apart() -> None:
    """It breaks the promise all the same; where we had frozen it, it is no overload."""
    events = [_opened(0, "a"), _opened(2, "b"), event(3, "lapsed", "", process="a", lane="")]
    (told,) = violations(History(events=list(events)))
    assert "overload" in told.what
    deaf = Deaf(process="a", since=START + 1, until=START + 2.5)
    (told,) = violations(History(events=list(events), deaf=[deaf]))
    assert "overload" not in told.what
