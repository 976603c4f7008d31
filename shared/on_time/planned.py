"""By which words and zone a schedule's next time was found; where the file has others, anew."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from shared.bots import Bot
from shared.times.timetable import Timetable


class Planned(BaseModel):
    """Frozen; stored as JSON."""

    model_config = ConfigDict(frozen=True)

    at: str
    """As the bot's file said it."""
    zone: str

    def after(self, at_ms: int) -> int | None:
        """Its first time after this one; None: it never comes again."""
        return next(self.all_after(at_ms), None)

    def all_after(self, at_ms: int) -> Iterator[int]:
        """Its times after this one, in ms since the epoch."""
        return Timetable(self.at).all_after(at_ms, ZoneInfo(self.zone))


def planned_by(bot: Bot, name: str, zone: str) -> Planned:
    """As the bot's file says it now; `zone`: where the file names none."""
    schedule = bot.schedules[name]
    return Planned(at=schedule.at, zone=bot.in_room(schedule.room).timezone or zone)
