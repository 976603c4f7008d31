"""What goes into the queue when a time has come. Pure.

Its id is made of the schedule or reminder and the time, so that a second one is a duplicate.
"""

from dataclasses import dataclass

from consumer.on_time.lateness import MISSED_MS
from shared.inbound import Firing, InboundMessage
from shared.lane import Lane
from shared.on_time import Due, Planned, Reminder

MOST_MISSED = 2_000
"""Of one schedule that are counted: two weeks of one that comes every ten minutes."""


@dataclass(frozen=True, slots=True)
class Times:
    """Which times of a schedule one message stands for."""

    last_ms: int
    count: int
    next_ms: int | None


def times_due(due: Due, planned: Planned, now_ms: int) -> Times:
    """The times that one message stands for: the one that is due, or all that were missed."""
    last, count = due.at_ms, 1
    for following in planned.all_after(due.at_ms):
        if following > now_ms - MISSED_MS or count == MOST_MISSED:
            return Times(last, count, following)
        last, count = following, count + 1
    return Times(last, count, None)


def of_schedule(
    due: Due, times: Times, zone: str, lane: Lane, room_name: str | None, ask: str
) -> InboundMessage:
    """The message of a schedule's time, by which the bot is asked."""
    since = due.at_ms if times.count > 1 else None
    return InboundMessage(
        bot_id=lane.bot_id,
        room_id=lane.room_id,
        room_name=room_name,
        user_id=None,
        user_name=f"⏰ {due.name}",
        message_id=f"schedule-{due.name}-{times.last_ms}",
        text=ask,
        html=None,
        origin="schedule",
        about=f"schedule {due.name}",
        firing=Firing(zone=zone, times=times.count, since_ms=since),
        accepted_ms=times.last_ms,
    )


def of_reminder(reminder: Reminder) -> InboundMessage:
    """The reminder: to be posted or, where it asks for that, a turn that nobody stands behind."""
    return InboundMessage(
        bot_id=reminder.bot_id,
        room_id=reminder.room_id,
        room_name=reminder.room_name,
        user_id=None,
        user_name=reminder.by,
        message_id=f"reminder-{reminder.room_id}-{reminder.number}-{reminder.due_ms}",
        text=reminder.text,
        html=None,
        origin="schedule",
        about=f"reminder {reminder.number}",
        firing=Firing(
            zone=reminder.zone,
            reminds=None if reminder.run else reminder.user_id,
            person=reminder.user_id,
        ),
        accepted_ms=reminder.due_ms,
    )
