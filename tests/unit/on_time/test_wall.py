"""A time on somebody's wall, as the time that it is."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from consumer.on_time.wall import clock_in, on_the_wall

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("said", "utc", "how"),
    [
        ("2026-07-01T09:00", "2026-07-01T07:00", "plain"),
        ("2026-12-01T09:00", "2026-12-01T08:00", "plain"),
        ("2026-03-29T02:30", "2026-03-29T01:30", "gap"),
        ("2026-10-25T02:30", "2026-10-25T00:30", "fold"),
        ("2026-10-25T03:00", "2026-10-25T02:00", "plain"),
        ("2026-07-01T09:00+09:00", "2026-07-01T00:00", "plain"),
        ("2026-07-01T09:00Z", "2026-07-01T09:00", "plain"),
    ],
)
def test_the_wall_is_right_where_the_clocks_change(said: str, utc: str, how: str) -> None:
    """What is left out is the next that there is, what comes twice is the first of both."""
    wall = on_the_wall(datetime.fromisoformat(said), BERLIN)
    assert (f"{wall.at.astimezone(UTC):%Y-%m-%dT%H:%M}", wall.how) == (utc, how)


def test_a_date_is_told_unless_it_is_today_there() -> None:
    """Today in the zone of what is told, not in ours."""
    now = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert clock_in(datetime(2026, 7, 2, 9, tzinfo=BERLIN), now) == "09:00"
    assert clock_in(datetime(2026, 7, 1, 9, tzinfo=BERLIN), now) == "2026-07-01 09:00"
