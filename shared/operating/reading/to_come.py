"""What comes by the clock, for whoever looks: schedules with their last outcome, and reminders."""

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from math import inf
from typing import Any, cast

from redis.asyncio import Redis

from shared.bots import Bot
from shared.keys import Keys
from shared.lane import Lane
from shared.on_time import Due, DueTimes, Planned, Reminder
from shared.operating.messages import Message
from shared.operating.on_time import OnTime, ReminderRow, ScheduleRow
from shared.operating.pauses import Pause, pauses
from shared.operating.reading.message_list import rows_of
from shared.operating.reading.room_names import room_names

MOST = 100
"""Reminders that are shown, those due first."""


async def read_to_come(redis: Redis, keys: Keys, bots: Iterable[Bot]) -> OnTime:
    """Look once; raises RedisError. `bots`: those that take part, as their files are now."""
    fields = {f"{bot.id}:{name}": bot for bot in bots for name in bot.schedules}
    times = DueTimes(redis, keys)
    due = await times.first(MOST + len(fields))
    reminders = [it for it in due if it.kind == "reminder"][:MOST]
    standing = await pauses(redis, keys)
    schedules = await _schedules(redis, keys, fields, standing)
    shown = await _reminders(redis, keys, reminders, standing)
    others = await times.count() - sum(1 for it in schedules if it.next_ms is not None)
    return OnTime(
        at_ms=await times.now_ms(),
        schedules=tuple(sorted(schedules, key=lambda it: it.next_ms or inf)),
        reminders=shown,
        more=max(0, others - len(reminders)),
    )


async def _schedules(
    redis: Redis, keys: Keys, fields: Mapping[str, Bot], standing: Sequence[Pause]
) -> list[ScheduleRow]:
    if not fields:
        return []
    called = [f"schedule:{field}" for field in fields]
    pipe = redis.pipeline(transaction=False)
    pipe.hmget(keys.schedules, list(fields))
    pipe.zmscore(keys.due, called)
    pipe.hmget(keys.last_fired, called)
    plans, scores, fired = await cast(Awaitable[list[Any]], pipe.execute())
    rows = await rows_of(redis, keys, [job.decode() for job in fired if job])
    found = [
        _schedule(bot, field.partition(":")[2], plan, score, rows.get(job.decode() if job else ""))
        for (field, bot), plan, score, job in zip(fields.items(), plans, scores, fired, strict=True)
    ]
    lanes = [Lane(it.room_id, it.bot_id) for it in found]
    names = await room_names(redis, keys, lanes)
    return [
        it.model_copy(update={"room": names[lane], "held": _is_held(lane, standing)})
        for it, lane in zip(found, lanes, strict=True)
    ]


def _schedule(
    bot: Bot, name: str, plan: bytes | None, score: float | None, last: Message | None
) -> ScheduleRow:
    schedule = bot.schedules[name]
    return ScheduleRow(
        bot_id=bot.id,
        name=name,
        room_id=schedule.room,
        at=schedule.at,
        zone=Planned.model_validate_json(plan).zone if plan else None,
        next_ms=None if score is None else int(score),
        last=last,
    )


async def _reminders(
    redis: Redis, keys: Keys, due: Sequence[Due], standing: Sequence[Pause]
) -> tuple[ReminderRow, ...]:
    lanes = [it.lane for it in due if it.lane is not None]
    names = await room_names(redis, keys, lanes)
    pipe = redis.pipeline(transaction=False)
    for lane, it in zip(lanes, due, strict=True):
        pipe.hget(keys.reminders(lane), it.name)
    stored = await pipe.execute() if lanes else []
    found = [Reminder.model_validate_json(it) for it in stored if it]
    return tuple(_reminder(it, names.get(it.lane) or it.room_name, standing) for it in found)


def _reminder(reminder: Reminder, room: str | None, standing: Sequence[Pause]) -> ReminderRow:
    return ReminderRow(
        bot_id=reminder.bot_id,
        room_id=reminder.room_id,
        room=room,
        number=reminder.number,
        person=reminder.user_id,
        zone=reminder.zone,
        due_ms=reminder.due_ms,
        run=reminder.run,
        held=_is_held(reminder.lane, standing),
    )


def _is_held(lane: Lane, standing: Iterable[Pause]) -> bool:
    return any(pause.scope.holds(lane) for pause in standing)
