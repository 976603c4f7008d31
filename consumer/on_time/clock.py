"""The clock: what is due goes into the queue, by Redis' time; each time once, whoever looks."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import structlog
from redis.asyncio import Redis

from consumer.on_time.coming import Coming, Comings
from consumer.on_time.lua import ON_TIME_SCRIPTS
from consumer.on_time.timetables import Timetables
from shared.acceptance.call import REMEMBER_SECONDS
from shared.acceptance.waiting import waiting_names, waiting_values
from shared.audit import NO_AUDIT, Audit, Entry, entry_of
from shared.bots import Roster
from shared.keys import Keys
from shared.kill_points import reached
from shared.on_time import Due, DueTimes, Reminder
from shared.redis.outages import despite_outages
from shared.redis.scripts import Scripts

MOST_AT_ONCE = 100
LONGEST_WAIT_S = 30.0
"""The longest sleep: Redis' clock may have been set."""
SHORTEST_WAIT_S = 0.05

Now = Callable[[], Awaitable[int]]

log = structlog.get_logger()


class Clock:
    """Sleeps until something is due, or until what is due has changed."""

    def __init__(
        self,
        redis: Redis,
        keys: Keys,
        me: str,
        roster: Roster,
        zone: str,
        *,
        audit: Audit = NO_AUDIT,
        is_first: Callable[[], bool] = lambda: True,
        now_ms: Now | None = None,
    ) -> None:
        """`me`: which member this is; `zone`: where a bot's file names none; `is_first`: whether
        the timetables are ours to keep (for the length of a deploy two may read other bot files);
        `now_ms`: a test's own time, else Redis'."""
        self._keys, self._me, self._audit = keys, me, audit
        self._due = DueTimes(redis, keys)
        self._timetables = Timetables(redis, keys, me, roster, zone)
        self._comings = Comings(redis, keys, roster, self._timetables)
        self._scripts = Scripts(redis, ON_TIME_SCRIPTS)
        self._given, self._now_ms = now_ms, now_ms or self._due.now_ms
        self._changed, self._is_first = asyncio.Event(), is_first
        roster.on_change(self.changed)

    def changed(self) -> None:
        """Look again: something is due that was not."""
        self._changed.set()

    async def kept(self, reminders: Sequence[Reminder]) -> None:
        """Somebody is to be reminded of these from now on."""
        self.changed()
        for it in reminders:
            await self._audit.note(
                Entry(
                    what="reminder_set",
                    bot=it.bot_id,
                    room=it.room_id,
                    person=it.user_id,
                    detail=f"reminder {it.number}{', run' if it.run else ''}",
                )
            )

    async def keep_timetables(self) -> None:
        """They are ours to keep from now on; never returns."""
        self.changed()
        await asyncio.Event().wait()

    async def run(self) -> None:
        """Fire what is due, whenever something is; never returns."""
        while True:
            self._changed.clear()
            wait_s = await despite_outages("on_time", self.look)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), wait_s)

    async def look(self) -> float:
        """Let in what is due, find schedules' next times; gives the seconds until there is more.

        Raises redis.RedisError.
        """
        while await self._fire_some():
            pass
        # Behind what is due: a time that came under an old timetable is not forgotten with it.
        if self._is_first():
            await self._timetables.plan(await self._now_ms())
        first = await self._due.first(MOST_AT_ONCE)
        wait_ms = first[0].at_ms - await self._now_ms() if first else LONGEST_WAIT_S * 1000
        return min(max(wait_ms / 1000, SHORTEST_WAIT_S), LONGEST_WAIT_S)

    async def _fire_some(self) -> bool:
        """Whether there may be more."""
        now_ms, moved = await self._now_ms(), False
        for due in await self._due.first(MOST_AT_ONCE):
            if due.at_ms <= now_ms:
                moved |= await self._fire(due, now_ms)
        return moved

    async def _fire(self, due: Due, now_ms: int) -> bool:
        """Whether it stands there no more as it did."""
        coming = await self._comings.of(due, now_ms)
        if coming is None and not self._is_first():
            return False
        if coming is None:
            log.warning("due_dropped", kind=due.kind, bot=due.bot_id, name=due.name)
            return await self._timetables.drop(due.called)
        reached("on_time.firing")
        answer = await self._moved(due, coming)
        reached("on_time.fired")
        log.info(f"due_{answer.replace(' ', '_')}", **self._keys.log_context(coming.message))
        if answer == "fired":
            await self._audit.note(self._entry(coming))
        return answer in ("fired", "known", "moved")

    def _entry(self, coming: Coming) -> Entry:
        message = coming.message
        note = entry_of(message, self._keys.job_id(message), what="due", detail=message.about)
        return note.model_copy(update={"person": coming.person})

    async def _moved(self, due: Due, coming: Coming) -> str:
        keys, message = self._keys, coming.message
        names = [
            keys.members,
            keys.due,
            keys.reminders(message.lane),
            keys.reminders_of(coming.person or 0),
            keys.last_fired,
            keys.seen(message),
            *waiting_names(keys, message),
        ]
        arguments = [
            self._me,
            due.called,
            due.at_ms,
            await self._now_ms() if self._given else "",
            "" if coming.next_ms is None else coming.next_ms,
            due.name if due.kind == "reminder" else "",
            REMEMBER_SECONDS,
            *waiting_values(keys, message),
        ]
        answer: bytes = await self._scripts.run("fire", names, arguments)
        return answer.decode()
