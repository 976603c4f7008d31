"""A web process waits for others' spools unless it knows that there are none."""

from ingress.intake.other_spools import LOOKS, OtherSpools
from shared.between_processes.web_state import EVERY_S, GONE_MS


def test_one_that_has_just_begun_knows_of_nobody() -> None:
    """Redis may be away since before it did: others may be there."""
    assert OtherSpools().may_hold_some


def test_one_that_saw_nobody_for_long_is_alone() -> None:
    """Also while Redis is away, for however long."""
    others = OtherSpools()
    for _ in range(LOOKS):
        assert others.may_hold_some
        others.seen(0)
    assert not others.may_hold_some


def test_who_was_there_before_an_outage_is_waited_for_after_it() -> None:
    """What it told of itself is gone when Redis is back; it may be the last to tell it again."""
    others = OtherSpools()
    others.seen(1)
    others.seen(0)
    assert others.may_hold_some
    assert (LOOKS - 1) * EVERY_S * 1000 >= GONE_MS


def test_who_comes_is_waited_for_from_then_on() -> None:
    """One look that finds another is enough."""
    others = OtherSpools()
    for _ in range(LOOKS):
        others.seen(0)
    others.seen(2)
    assert others.may_hold_some
