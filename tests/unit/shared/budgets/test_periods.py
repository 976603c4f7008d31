"""When budgets begin anew, by the clock of a zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from shared.bots import Bot
from shared.bots.sections.budgets import Per
from shared.budgets import applying
from shared.budgets.counters import Counter
from shared.budgets.periods import period, zone_of
from shared.keys import Keys

BERLIN = ZoneInfo("Europe/Berlin")
KATHMANDU = ZoneInfo("Asia/Kathmandu")


@pytest.mark.parametrize(
    ("per", "now", "begins", "ends"),
    [
        ("hour", "2026-11-28T14:35:10", "2026-11-28T14:00", "2026-11-28T15:00"),
        ("day", "2026-11-28T14:35:10", "2026-11-28T00:00", "2026-11-29T00:00"),
        ("day", "2026-11-28T00:00:00", "2026-11-28T00:00", "2026-11-29T00:00"),
        ("week", "2026-11-28T14:35:10", "2026-11-23T00:00", "2026-11-30T00:00"),
        ("week", "2026-11-30T00:00:00", "2026-11-30T00:00", "2026-12-07T00:00"),
        ("month", "2026-12-31T23:59:59", "2026-12-01T00:00", "2027-01-01T00:00"),
        ("month", "2028-02-29T12:00:00", "2028-02-01T00:00", "2028-03-01T00:00"),
    ],
)
def test_it_begins_by_the_zone_s_calendar(per: Per, now: str, begins: str, ends: str) -> None:
    """A day at midnight, a week on Monday, a month on the first."""

    def local(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=BERLIN)

    assert period(per, local(now)) == (local(begins), local(ends))


def test_days_of_23_and_25_hours_are_days() -> None:
    """Where clocks are changed, midnight stays midnight."""
    hours = []
    for day in (
        datetime(2026, 3, 29, 12, tzinfo=BERLIN),
        datetime(2026, 10, 25, 12, tzinfo=BERLIN),
    ):
        begins, ends = period("day", day)
        assert (begins.hour, ends.hour) == (0, 0)
        hours.append((ends.timestamp() - begins.timestamp()) / 3600)
    assert hours == [23, 25]


def test_each_of_two_hours_of_one_name_is_its_own() -> None:
    """When clocks go back, 2 o'clock comes twice."""
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC).astimezone(BERLIN)
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC).astimezone(BERLIN)
    assert first.hour == second.hour == 2
    spans = [tuple(at.timestamp() for at in period("hour", it)) for it in (first, second)]
    assert spans[0][1] == spans[1][0] == spans[0][0] + 3600
    begins, _ = period("hour", datetime(2026, 1, 1, 10, 50, tzinfo=KATHMANDU))
    assert (begins.hour, begins.minute) == (10, 0)


def test_an_hour_lasts_also_where_clocks_go_back_by_half_of_one() -> None:
    """One that was over at its beginning would never be reserved of, and asked for on and on."""
    now = datetime(2026, 4, 4, 15, 15, tzinfo=UTC).astimezone(ZoneInfo("Australia/Lord_Howe"))
    begins, ends = period("hour", now)
    assert begins.timestamp() <= now.timestamp() < ends.timestamp()


def test_the_bot_s_zone_goes_before_the_service_s() -> None:
    """Its file's `timezone`, wherever it is asked."""
    bot = Bot(id="a", name="A", system_prompt="x", timezone="Asia/Kathmandu")
    assert zone_of(bot, BERLIN) == KATHMANDU
    assert zone_of(bot.model_copy(update={"timezone": None}), BERLIN) == BERLIN


def _bot(**budgets: object) -> Bot:
    return Bot.model_validate(
        {"id": "a", "name": "A", "system_prompt": "x", "budgets": budgets}, strict=False
    )


def test_a_turn_counts_for_its_person_its_room_and_its_bot() -> None:
    """In this order; several of each are several. Nobody's counts for no person."""
    day, hour = {"tokens": 5}, {"messages": 3, "per": "hour"}
    bot = _bot(bot={"usd": 1.5, "per": "week"}, room=day, person=[day, hour])
    now = datetime(2026, 11, 28, 14, tzinfo=BERLIN)

    def told(counters: tuple[Counter, ...]) -> list[tuple[str, str, str]]:
        return [(it.scope, it.subject, it.per) for it in counters]

    known, unknown = applying(bot, 3, 7, now), applying(bot, 3, None, now)
    assert told(known) == [
        ("person", "7", "day"),
        ("person", "7", "hour"),
        ("room", "3", "day"),
        ("bot", "", "week"),
    ]
    assert told(unknown)[0] == ("person", "unknown", "day")
    unattended = applying(bot, 3, None, now, unattended=True)
    assert told(unattended) == told(known)[2:]
    assert known[-1].limits == {"micro_usd": 1_500_000}
    assert len({it.key(Keys()) for it in known}) == 4
    assert not applying(_bot(turn={"tokens": 5}), 3, 7, now)
