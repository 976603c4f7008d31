"""A time as somebody says it, in their zone: also where its clocks are changed. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class OnTheWall:
    """What a wall's clock in a zone shows, as the time that it is."""

    at: datetime
    """In the zone; to be told with its offset."""
    how: Literal["plain", "gap", "fold"]
    """`gap`: the clocks leave that time out, and `at` is as much later; `fold`: they show it twice,
    and `at` is the first."""


def on_the_wall(said: datetime, zone: ZoneInfo) -> OnTheWall:
    """The time; one that names its own offset stays the time that it is."""
    if said.tzinfo is not None:
        return OnTheWall(said.astimezone(zone), "plain")
    first, second = (said.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    at = first.astimezone(UTC).astimezone(zone)
    if at.replace(tzinfo=None) != said:
        return OnTheWall(at, "gap")
    return OnTheWall(at, "plain" if first.utcoffset() == second.utcoffset() else "fold")


def clock_in(at: datetime, now: datetime) -> str:
    """`09:00` and, where it is another day than `now`, the date before it; in the zone of `at`."""
    today = now.astimezone(at.tzinfo).date()
    return f"{at:%H:%M}" if at.date() == today else f"{at:%Y-%m-%d %H:%M}"
