"""What is shown of what comes by the clock: when next, where, and how it went last."""

from shared.operating.messages import Message
from shared.operating.view import View


class ScheduleRow(View):
    """One schedule of a bot's file."""

    bot_id: str
    name: str
    room_id: int
    room: str | None = None
    at: str
    """Its times, as the file says them."""
    zone: str | None = None
    """In which they are meant; None: no consumer has planned it yet."""
    next_ms: int | None = None
    """None: not planned yet, or it never comes again."""
    held: bool = False
    """Its lane is paused: a time that comes now is skipped, and the room is told later."""
    last: Message | None = None
    """What became of its last time, while that is on record."""


class ReminderRow(View):
    """One reminder of somebody's, without its words."""

    bot_id: str
    room_id: int
    room: str | None = None
    number: int
    person: int
    """By Campfire's user id."""
    zone: str
    due_ms: int
    run: bool = False
    """The agent is asked then, instead of the text being posted."""
    held: bool = False
    """Its lane is paused: it comes late."""


class OnTime(View):
    """What is to come. Bounded: of reminders, those that are due first."""

    at_ms: int
    """By Redis's clock, by which all of it is due."""
    schedules: tuple[ScheduleRow, ...] = ()
    """Those that come first before; those that never come again at the end."""
    reminders: tuple[ReminderRow, ...] = ()
    more: int = 0
    """Reminders beside these."""
