"""Messages to look through: the ended ones by filters, those that wait, and one by its number."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from redis.asyncio import Redis

from shared.keys import Keys, plain
from shared.operating.messages import Filter, Message, MessagePage
from shared.operating.reading.facts import ended_rows, steps_of, unended
from shared.operating.reading.room_names import with_room_names
from shared.operating.timeline import Step, Steps, bounded
from shared.redis import clock

PAGE = 50
NEWEST = "+inf.0"
"""Where the first page begins."""
AT_ONCE = 500
"""Job ids that are looked at in one step; others' requests are answered between two."""
_LINK = re.compile(r"(?:.*/rooms/(?P<room>[0-9]+)/)?@?(?P<id>[0-9]+)")


class Messages:
    """Reads them; every method raises RedisError."""

    def __init__(self, redis: Redis, keys: Keys, bots: Iterable[str]) -> None:
        """`bots`: the ids of ours, each of which may have had a message of one number."""
        self._redis, self._keys, self._bots = redis, keys, bots

    async def ended(self, wanted: Filter, after: str | None = None) -> MessagePage:
        """The ended messages that fit, the newest first; `after`: what an earlier page said."""
        rows: list[Message] = []
        cursor = after or NEWEST
        while True:
            entries = await self._entries(wanted, cursor)
            known = await _ended(
                self._redis, self._keys, [job for job, _ in entries if self._fits(wanted, job)]
            )
            for job_id, behind in entries:
                row = known.get(job_id)
                if row is not None and wanted.outcome in (None, row.outcome):
                    if len(rows) == PAGE:
                        return await self._page(rows, further=cursor)
                    rows.append(row)
                cursor = behind
            if len(entries) < AT_ONCE:
                return await self._page(rows)

    async def waiting(self, wanted: Filter, skip: int = 0) -> MessagePage:
        """The messages that have not ended, the oldest first; `further` is the next `skip`."""
        at_ms = await clock.now_ms(self._redis)
        found: list[str] = []
        while True:
            ids = await self._redis.zrange(self._keys.arrivals, skip, skip + AT_ONCE - 1)
            for job_id in (job.decode() for job in ids):
                if len(found) == PAGE:
                    rows = await unended(self._redis, self._keys, found, at_ms)
                    return MessagePage(rows=tuple(rows.values()), further=str(skip))
                skip += 1
                if self._fits(wanted, job_id):
                    found.append(job_id)
            if len(ids) < AT_ONCE:
                rows = await unended(self._redis, self._keys, found, at_ms)
                return MessagePage(rows=tuple(rows.values()))

    async def find(self, text: str) -> tuple[Message, ...]:
        """The message of this Campfire number, link or job id; a row for each bot that heard it."""
        job_ids = [self._keys.stored(text.strip())]
        refused: list[Message] = []
        if (match := _LINK.fullmatch(text.strip())) is not None:
            job_ids, refused = await self._numbered(match["id"], match["room"])
        found = [await self.one(job_id) for job_id in job_ids]
        named = await with_room_names(self._redis, self._keys, refused)
        return (*(row for row in found if row is not None), *named)

    async def one(self, job_id: str) -> Message | None:
        """One with its timeline, waiting, running or ended; None: it is not known (any more)."""
        job_id = self._keys.stored(job_id)
        rows = await unended(self._redis, self._keys, [job_id], await clock.now_ms(self._redis))
        if job_id in rows:
            return _told(rows[job_id], await steps_of(self._redis, self._keys, job_id))
        known = (await _ended(self._redis, self._keys, [job_id])).values()
        named = await with_room_names(self._redis, self._keys, list(known))
        return next((_told(row, row.steps) for row in named), None)

    async def _page(self, rows: Sequence[Message], further: str | None = None) -> MessagePage:
        named = await with_room_names(self._redis, self._keys, rows)
        return MessagePage(rows=tuple(named), further=further)

    async def _numbered(self, number: str, room: str | None) -> tuple[list[str], list[Message]]:
        bots = list(self._bots)
        if not bots:
            return [], []
        names = [self._keys.named("seen", bot, number) for bot in bots]
        known = dict(zip(bots, await self._redis.mget(names), strict=True))
        said = {bot: value.decode() for bot, value in known.items() if value}
        taken = [
            job
            for job in said.values()
            if (lane := self._keys.lane_of(job)) is not None and room in (None, str(lane.room_id))
        ]
        refused = [
            Message(
                job=plain(self._keys.named(bot, room or 0, number)),
                message_id=number,
                bot_id=bot,
                room_id=int(room or 0),
                state="refused",
                outcome=word,
            )
            for bot, word in said.items()
            if self._keys.lane_of(word) is None
        ]
        return taken, refused

    async def _entries(self, wanted: Filter, cursor: str) -> list[tuple[str, str]]:
        """The next job ids, and behind each where the ones after it begin: a time, and how many
        that ended then to skip."""
        newest, _, skip = cursor.partition(".")
        oldest: Any = "-inf" if wanted.since_ms is None else wanted.since_ms
        found = await self._redis.zrevrangebyscore(
            self._keys.ended, newest, oldest, start=int(skip), num=AT_ONCE, withscores=True
        )
        entries: list[tuple[str, str]] = []
        at, skipped = newest, int(skip)
        for job_id, score in found:
            skipped = skipped + 1 if at == str(int(score)) else 1
            at = str(int(score))
            entries.append((job_id.decode(), f"{at}.{skipped}"))
        return entries

    def _fits(self, wanted: Filter, job_id: str) -> bool:
        lane = self._keys.lane_of(job_id)
        if lane is None:
            return False
        return wanted.bot_id in (None, lane.bot_id) and wanted.room_id in (None, lane.room_id)


async def rows_of(redis: Redis, keys: Keys, job_ids: Sequence[str]) -> dict[str, Message]:
    """A row of each that is known, ended or not, by job id; raises RedisError."""
    ended = await _ended(redis, keys, job_ids)
    others = [job for job in job_ids if job not in ended]
    return {**ended, **await unended(redis, keys, others, await clock.now_ms(redis))}


async def _ended(redis: Redis, keys: Keys, job_ids: Sequence[str]) -> dict[str, Message]:
    rows = await ended_rows(redis, keys, job_ids)
    return {job: Message.model_validate_json(row) for job, row in rows.items()}


def _told(row: Message, steps: Steps) -> Message:
    """With its timeline from the start."""
    arrived = row.arrived_ms or row.accepted_ms
    begin = Step(at_ms=row.accepted_ms, what="delivered"), Step(at_ms=arrived, what="accepted")
    return row.model_copy(update={"steps": bounded((*begin, *steps))})
