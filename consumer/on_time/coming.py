"""Looks up, for a time that is due, the message to enqueue and the schedule's next time."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from consumer.on_time.fired import of_reminder, of_schedule, times_due
from consumer.on_time.reminders import Reminders
from consumer.on_time.timetables import Timetables
from shared.bots import Roster
from shared.inbound import InboundMessage
from shared.keys import Keys
from shared.lane import Lane, room_called
from shared.numbers import whole_number
from shared.on_time import Due


@dataclass(frozen=True, slots=True)
class Coming:
    """What goes into the queue, and what takes its place."""

    message: InboundMessage
    next_ms: int | None = None
    """When the schedule comes again."""
    person: int | None = None
    """Whose reminder it is."""


class Comings:
    """Reads; raises redis.RedisError."""

    def __init__(self, redis: Redis, keys: Keys, roster: Roster, timetables: Timetables) -> None:
        self._redis, self._keys, self._roster = redis, keys, roster
        self._timetables, self._reminders = timetables, Reminders(redis, keys)

    async def of(self, due: Due, now_ms: int) -> Coming | None:
        """What a time that is due becomes; None: its reminder or schedule is not there any more."""
        if due.lane is not None:
            reminder = await self._reminders.find(due.lane, whole_number(due.name) or 0)
            return Coming(of_reminder(reminder), person=reminder.user_id) if reminder else None
        return await self._of_schedule(due, now_ms)

    async def _of_schedule(self, due: Due, now_ms: int) -> Coming | None:
        bot = self._roster[due.bot_id] if self._roster.takes_part(due.bot_id) else None
        schedule = bot.schedules.get(due.name) if bot else None
        planned = await self._timetables.known(due)
        if schedule is None or planned is None:
            return None
        times = times_due(due, planned, now_ms)
        lane = Lane(schedule.room, due.bot_id)
        message = of_schedule(
            due, times, planned.zone, lane, await self._room_name(lane), schedule.ask
        )
        return Coming(message, next_ms=times.next_ms)

    async def _room_name(self, lane: Lane) -> str | None:
        stored = self._redis.hget(self._keys.room_names, str(lane))
        return room_called(lane, await cast(Awaitable[bytes | None], stored))
