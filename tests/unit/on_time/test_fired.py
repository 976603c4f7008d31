"""What goes into the queue when a time has come, and how late it is then."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from consumer.on_time.fired import MOST_MISSED, of_reminder, of_schedule, times_due
from consumer.on_time.lateness import lateness, said_late, said_missed
from shared.catalogue import catalogue
from shared.lane import Lane
from shared.on_time import Due, Planned, Reminder

EN = catalogue("en")
NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
NINE_MS = round(NINE.timestamp() * 1000)
MINUTE_MS = 60_000
DUE = Due("schedule:ops:news", NINE_MS, "schedule", "ops", "news")
DAILY, OFTEN = (Planned(at=at, zone="UTC") for at in ("every day at 9:00", "*/10 * * * *"))


def _reminder(**changes: object) -> Reminder:
    values = {
        "number": 2, "room_id": 3, "bot_id": "ops", "room_name": "Support", "user_id": 7,
        "by": "Ada", "text": "tea", "due_ms": NINE_MS, "zone": "UTC",
    }  # fmt: skip
    return Reminder.model_validate({**values, **changes})


@pytest.mark.parametrize(
    ("planned", "minutes", "last", "count", "then"),
    [
        (DAILY, 0, 0, 1, 24 * 60),
        (DAILY, 59, 0, 1, 24 * 60),
        (DAILY, 3 * 24 * 60, 2 * 24 * 60, 3, 3 * 24 * 60),
        (OFTEN, 15, 0, 1, 10),
        (OFTEN, 60, 0, 1, 10),
        (OFTEN, 70, 10, 2, 20),
        (OFTEN, 125, 60, 7, 70),
    ],
)
def test_what_is_an_hour_late_is_told_of_at_once(
    planned: Planned, minutes: int, last: int, count: int, then: int
) -> None:
    """All that is missed is one message; what is not goes in by itself, and is next."""
    times = times_due(DUE, planned, NINE_MS + minutes * MINUTE_MS)
    assert times.next_ms is not None
    found = [round((ms - NINE_MS) / MINUTE_MS) for ms in (times.last_ms, times.next_ms)]
    assert (found, times.count) == ([last, then], count)


def test_a_year_away_is_told_of_in_bounded_pieces() -> None:
    """Each message stands for so many times at most."""
    times = times_due(DUE, OFTEN, NINE_MS + 365 * 24 * 60 * MINUTE_MS)
    assert times.count == MOST_MISSED


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (timedelta(seconds=59), "on time"),
        (timedelta(minutes=1), "late"),
        (timedelta(minutes=59, seconds=59), "late"),
        (timedelta(hours=1), "missed"),
    ],
)
def test_an_hour_is_the_most(late: timedelta, expected: str) -> None:
    """Counted from when it was due; below a minute nobody calls it late."""
    assert lateness(of_reminder(_reminder()), NINE + late) == expected


def test_lateness_is_said_in_the_zone_in_which_it_was_set() -> None:
    """With its name; of what is on time nothing is said."""
    message = of_reminder(_reminder(zone="Europe/Berlin"))
    said = said_late(message, NINE + timedelta(minutes=5), EN)
    assert said == (
        "(This was due at 10:00, Europe/Berlin, UTC+01:00. I am late, because I was away or busy.)"
    )
    assert said_late(message, NINE, EN) == ""


def test_what_is_missed_is_said_with_its_name_or_its_words() -> None:
    """A schedule's name, and how often; a reminder's words, as text."""
    now = NINE + timedelta(hours=5)
    reminder = said_missed(of_reminder(_reminder(text="<b>tea")), "Ada", now, EN)
    assert reminder.startswith("Ada: I was away when I should have reminded you at 09:00 (UTC)")
    assert "&lt;b&gt;tea" in reminder
    times = times_due(DUE, OFTEN, NINE_MS + 125 * MINUTE_MS)
    many = of_schedule(DUE, times, "UTC", Lane(3, "ops"), "Support", "What is new?")
    assert said_missed(many, "", now, EN) == (
        "I was away when “news” was due, 7 times between 09:00 and 10:00 (UTC). I leave these out."
    )


def test_who_runs_by_itself_is_nobody() -> None:
    """Neither a schedule nor a reminder has a person's rights; ids are of one time each."""
    run = of_reminder(_reminder(run=True))
    plain = of_reminder(_reminder())
    assert run.firing is not None
    assert plain.firing is not None
    assert (run.firing.reminds, plain.firing.reminds) == (None, 7)
    assert {(it.user_id, it.is_unattended) for it in (run, plain)} == {(None, True)}
    times = [times_due(DUE, DAILY, NINE_MS + hours * 3_600_000) for hours in (0, 30, 60)]
    ids = [of_schedule(DUE, it, "UTC", Lane(3, "ops"), "Support", "x").message_id for it in times]
    assert all(one != other for one, other in pairwise(sorted(ids)))
    assert ":" not in "".join([run.message_id, *ids])
