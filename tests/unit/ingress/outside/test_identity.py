"""Which event is which, and how many there may be."""

import pytest

from ingress.outside.identity import digest, named, unnamed
from ingress.outside.rates import Alone
from shared.errors import Malformed


def test_an_event_with_an_id_is_known_by_it() -> None:
    """In its room: whatever the body says the second time, it is the same one."""
    headers = {"x-event-id": "build-7"}
    one = named(headers, b"a", "shown", 3)
    assert one == named(headers, b"b", "shown", 3) == named(headers, b"b", "signed", 3)
    assert one != named(headers, b"a", "shown", 4)
    assert one != named({"x-event-id": "build-8"}, b"a", "shown", 3)
    assert named({}, b"a", "shown", 3) is None


def test_beside_githubs_signature_only_the_body_names_it() -> None:
    """Whoever listened could send it again under another id, which is not signed."""
    one = named({"x-event-id": "a"}, b"a", "signed by github", 3)
    assert one == named({"x-event-id": "b"}, b"a", "signed by github", 3)
    assert one != named({}, b"b", "signed by github", 3)


@pytest.mark.parametrize("given", ["", "a b", "x" * 201, "é", "a\n"])
def test_an_odd_id_is_refused(given: str) -> None:
    """It would be known as another one by somebody else."""
    with pytest.raises(Malformed):
        named({"x-event-id": given}, b"a", "shown", 3)


def test_a_signed_id_holds_no_dot() -> None:
    """`a` before `b.c` is signed as `a.b` before `c` is: whoever listened would have two events."""
    with pytest.raises(Malformed):
        named({"x-event-id": "a.b"}, b"c", "signed", 3)
    assert named({"x-event-id": "a.b"}, b"c", "shown", 3)


def test_without_a_memory_a_signature_comes_once() -> None:
    """And the same body once within a stretch of time."""
    signed = {"x-event-signature": "sha256=1"}
    assert unnamed(signed, b"a", 3, 0) == unnamed(signed, b"a", 3, 5_000)
    assert unnamed({}, b"a", 3, 0) == unnamed({}, b"a", 3, 599) != unnamed({}, b"a", 3, 600)
    assert digest(b"a", 3) != digest(b"a", 4)


def test_a_few_come_at_once_then_so_many_an_hour() -> None:
    """Per bot; what is refused counts for nothing."""
    rates = Alone()
    assert [rates.too_soon_s("a", 60, 0.0) for _ in range(10)] == [0.0] * 10
    assert rates.too_soon_s("a", 60, 0.0) == pytest.approx(60)
    assert rates.too_soon_s("a", 60, 30.0) == pytest.approx(30)
    assert rates.too_soon_s("b", 60, 30.0) == 0.0
    assert rates.too_soon_s("a", 60, 60.0) == 0.0
    assert rates.too_soon_s("a", 60, 60.0) == pytest.approx(60)
    taken = sum(not rates.too_soon_s("c", 3, second) for second in range(0, 36_000, 10))
    assert taken == 3 + 29
