"""Who is named when: the whole rule, as a table."""

import pytest

from consumer.addressing.naming import Naming, naming

NOBODY, NAME, QUOTE, BOTH = Naming.NOBODY, Naming.NAME, Naming.QUOTE, Naming.BOTH


@pytest.mark.parametrize(
    ("late", "mixed", "can_call", "will_draw", "named"),
    [
        # In time, and nobody else is there: it stands right below its question.
        (False, False, True, False, NOBODY),
        (False, False, False, True, NOBODY),
        (False, False, False, False, NOBODY),
        (False, None, True, False, NOBODY),
        (False, None, False, False, NOBODY),
        # Others wait or spoke: by the signed mention or, without one, by what was asked.
        (False, True, True, False, NAME),
        (False, True, False, True, BOTH),
        (False, True, False, False, QUOTE),
        # Late: the mention tells them; a name alone where nothing else can be meant.
        (True, False, True, False, NAME),
        (True, False, False, True, NAME),
        (True, False, False, False, NAME),
        (True, None, True, False, NAME),
        (True, None, False, False, QUOTE),
        (True, None, False, True, BOTH),
        (True, True, True, False, NAME),
        (True, True, False, True, BOTH),
        (True, True, False, False, QUOTE),
    ],
)
def test_who_is_named_in_a_shared_room(
    late: bool, mixed: bool | None, can_call: bool, will_draw: bool, named: Naming
) -> None:
    """A signed mention where there is one; else what was asked, unless nothing came between."""
    case = {"late": late, "mixed": mixed, "can_call": can_call, "will_draw": will_draw}
    assert naming(shared=True, **case) is named  # type: ignore[arg-type]


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("mixed", "can_call", "named"),
    [
        (False, True, NOBODY),
        (False, False, NOBODY),
        (None, True, NOBODY),
        (None, False, NOBODY),
        (True, True, NAME),
        (True, False, QUOTE),
    ],
)
def test_who_is_named_in_a_ping(
    late: bool, mixed: bool | None, can_call: bool, named: Naming
) -> None:
    """Everybody there is told of each post anyway: only where two ask, it is said whose it is."""
    case = {"late": late, "mixed": mixed, "can_call": can_call}
    assert naming(shared=False, will_draw=False, **case) is named  # type: ignore[arg-type]
