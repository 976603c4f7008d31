"""The schedules' next times: in line with the bots' files, whatever changes there."""

from collections.abc import Awaitable
from contextlib import suppress
from typing import cast

import structlog
from redis.asyncio import Redis

from consumer.on_time.lua import ON_TIME_SCRIPTS
from shared.bots import Roster
from shared.keys import Keys
from shared.on_time import Due, Planned, planned_by
from shared.redis.scripts import Scripts

SCHEDULE = "schedule:"

log = structlog.get_logger()


class Timetables:
    """Every method raises redis.RedisError."""

    def __init__(self, redis: Redis, keys: Keys, me: str, roster: Roster, zone: str) -> None:
        """See Clock."""
        self._redis, self._keys, self._me = redis, keys, me
        self._roster, self._zone = roster, zone
        self._scripts = Scripts(redis, ON_TIME_SCRIPTS)

    async def plan(self, now_ms: int) -> None:
        """A schedule that is new, or says another time, comes by its file; one that is gone ends.

        One that says what it said keeps its time, whatever else changes.
        """
        before, wanted = await self._all_known(), dict(self._wanted())
        for field in sorted(before.keys() - wanted.keys()):
            await self._put(SCHEDULE + field, field, "", None)
            log.info("schedule_ended", schedule=field)
        for field, planned in wanted.items():
            timetable = planned.model_dump_json()
            if before.get(field) != timetable:
                next_ms = planned.after(now_ms)
                await self._put(SCHEDULE + field, field, timetable, next_ms)
                log.info("schedule_planned", schedule=field, due_ms=next_ms)

    async def known(self, due: Due) -> Planned | None:
        """The plan by which a schedule's time was found; None where that cannot be read."""
        stored = self._redis.hget(self._keys.schedules, due.called.removeprefix(SCHEDULE))
        found = await cast(Awaitable[bytes | None], stored)
        with suppress(ValueError):
            return Planned.model_validate_json(found) if found else None
        return None

    async def drop(self, called: str) -> bool:
        """Have nothing of that name due any more; False where the queue is another's."""
        return await self._put(called, "", "", None)

    async def _all_known(self) -> dict[str, str]:
        stored = self._redis.hgetall(self._keys.schedules)
        known = await cast(Awaitable[dict[bytes, bytes]], stored)
        return {field.decode(): timetable.decode() for field, timetable in known.items()}

    def _wanted(self) -> dict[str, Planned]:
        return {
            f"{bot.id}:{name}": planned_by(bot, name, self._zone)
            for bot in self._roster.taking_part
            for name in bot.schedules
        }

    async def _put(self, called: str, field: str, timetable: str, at_ms: int | None) -> bool:
        keys = self._keys
        names = [keys.members, keys.due, keys.schedules, keys.last_fired]
        arguments = [self._me, called, field, timetable, "" if at_ms is None else at_ms]
        return bool(await self._scripts.run("plan", names, arguments))
