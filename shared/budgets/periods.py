"""The times after which budgets begin anew, by the clock of a zone. Pure."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from shared.bots import Bot
from shared.bots.sections.budgets import Per


def zone_of(bot: Bot, otherwise: tzinfo | None) -> tzinfo | None:
    """The zone whose midnight begins the bot's day: its file's, else the service's."""
    return ZoneInfo(bot.timezone) if bot.timezone else otherwise


def period(per: Per, now: datetime) -> tuple[datetime, datetime]:
    """When the one that `now` is in began, and when the next one begins; in the zone of `now`."""
    if per == "hour":
        # Counted in UTC: clocks that change within an hour would have one end before it began.
        gone = timedelta(minutes=now.minute, seconds=now.second, microseconds=now.microsecond)
        began = now.astimezone(UTC) - gone
        return began.astimezone(now.tzinfo), (began + timedelta(hours=1)).astimezone(now.tzinfo)
    first, following = _days(per, now.date())
    return _midnight(first, now.tzinfo), _midnight(following, now.tzinfo)


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, time(), zone)


def _days(per: Per, today: date) -> tuple[date, date]:
    if per == "week":
        monday = today - timedelta(days=today.weekday())
        return monday, monday + timedelta(days=7)
    if per == "month":
        first = today.replace(day=1)
        return first, (first + timedelta(days=32)).replace(day=1)
    return today, today + timedelta(days=1)
