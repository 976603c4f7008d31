"""Times in plain words, and the timetables that they make."""

from datetime import UTC, datetime
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest

from shared.times.plain_times import as_cron
from shared.times.timetable import Timetable

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("said", "cron"),
    [
        ("every weekday at 9:00", "0 9 * * 1-5"),
        ("Every  Monday and Thursday at 17:30", "30 17 * * 1,4"),
        ("every monday, tuesday and sunday at 08:05", "5 8 * * 1,2,0"),
        ("every weekend at 10:00", "0 10 * * 6,0"),
        ("every month on the 1st at 9:00", "0 9 1 * *"),
        ("every hour", "0 * * * *"),
        ("每个工作日 9:00", "0 9 * * 1-5"),
        ("每天9：00", "0 9 * * *"),
        ("每周一、周四 17:30", "30 17 * * 1,4"),
        ("每周日 9:00", "0 9 * * 0"),
        ("每月1日 9:00", "0 9 1 * *"),
        ("每小时", "0 * * * *"),
        ("every fortnight at 9:00", None),
        ("every month at 9:00", None),
        ("every day on the 1st at 9:00", None),
        ("at 9:00", None),
        ("0 9 * * 1-5", None),
    ],
)
def test_plain_words_are_cron(said: str, cron: str | None) -> None:
    """In both languages; what is none of the sentences is nothing."""
    assert as_cron(said) == cron


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("every fortnight at 9:00", "no time: say"),
        ("every weekday at 25:00", "no time"),
        ("61 * * * *", "no time"),
        ("0 0 30 2 *", "no time"),
        ("* * * * * *", "no time"),
        ("@daily", "no time"),
        ("*/5 * * * *", "10 minutes between"),
        ("0,5 9 * * *", "10 minutes between"),
    ],
)
def test_what_is_no_timetable_is_said(said: str, complaint: str) -> None:
    """Neither cron nor words, never coming, or coming too often."""
    with pytest.raises(ValueError, match=complaint):
        Timetable.parse(said)


def _times(said: str, begin: datetime, count: int) -> list[str]:
    found = Timetable.parse(said).all_after(round(begin.timestamp() * 1000), BERLIN)
    return [f"{datetime.fromtimestamp(ms / 1000, UTC):%d %H:%M}" for ms in islice(found, count)]


def test_a_time_that_the_clocks_leave_out_comes_right_after_the_change() -> None:
    """On 29 March 2026 there is no 2:30 in Berlin: the next minute of that day is 3:00."""
    begin = datetime(2026, 3, 28, 12, tzinfo=BERLIN)
    assert _times("every day at 2:30", begin, 2) == ["29 01:00", "30 00:30"]


def test_a_time_that_the_clocks_bring_twice_comes_once() -> None:
    """On 25 October 2026 there are two 2:30 in Berlin: the first is taken."""
    begin = datetime(2026, 10, 24, 12, tzinfo=BERLIN)
    assert _times("every day at 2:30", begin, 2) == ["25 00:30", "26 01:30"]


def test_nine_stays_nine_when_the_clocks_change() -> None:
    """By the wall, and not by what it was in UTC the day before."""
    begin = datetime(2026, 3, 27, 12, tzinfo=BERLIN)
    assert _times("every day at 9:00", begin, 2) == ["28 08:00", "29 07:00"]


def test_every_hour_is_every_hour_through_both_changes() -> None:
    """No hour is doubled or left out."""
    for month, day in ((3, 29), (10, 25)):
        begin = datetime(2026, month, day, 0, 30, tzinfo=BERLIN)
        found = list(
            islice(
                Timetable.parse("every hour").all_after(round(begin.timestamp() * 1000), BERLIN), 8
            )
        )
        assert {later - time for time, later in pairwise(found)} == {3_600_000}
