"""Time zones as people type them."""

import pytest

from shared.times.zones import hints, zone_named


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
        ("louisville", None),
        ("Europe/Berln", None),
        ("../../etc/passwd", None),
        ("", None),
        ("x" * 10_000, None),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_city(typed: str, zone: str | None) -> None:
    """Whatever the case; a name of two zones is none."""
    assert zone_named(typed) == zone


def test_who_mistypes_is_shown_what_they_may_have_meant() -> None:
    """The nearest first; nothing where nothing is near."""
    assert hints("Europe/Berln")[0] == "Europe/Berlin"
    assert hints("louisville")[0] == "America/Louisville"
    assert hints("please") == []
