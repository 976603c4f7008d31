"""A reminder: what one person asked to be told, and when."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from shared.lane import Lane

MOST, LONGEST = 20, 500
"""Reminders of one person in all rooms, and characters of one."""
FURTHEST_DAYS = 366
"""So far ahead at most."""


class Reminder(BaseModel):
    """Frozen; stored as JSON under its number. `text` is somebody's words: never logged."""

    model_config = ConfigDict(frozen=True)

    number: int
    """By which people of the lane name it; none is given twice."""
    room_id: int
    bot_id: str
    room_name: str | None
    """As it was when it was asked for; None in a ping."""
    user_id: int
    by: str
    """The name of whoever asked for it, and is reminded."""
    text: str
    due_ms: int
    """ms since the epoch."""
    zone: str
    """In which its time was said, and is told."""
    run: bool = False
    """Whether the agent is asked then, instead of the text being posted."""

    @property
    def lane(self) -> Lane:
        """Where it was asked for, and comes."""
        return Lane(self.room_id, self.bot_id)

    @property
    def called(self) -> str:
        """Its name among what is due."""
        return reminder_called(self.lane, self.number)

    @property
    def due(self) -> datetime:
        """When it is due, in its own zone."""
        return datetime.fromtimestamp(self.due_ms / 1000, ZoneInfo(self.zone))


def reminder_called(lane: Lane, number: int) -> str:
    """As the lane's reminder of this number stands among what is due."""
    return f"reminder:{lane}:{number}"
