"""What was done today in each room, counted from the index of ended messages.

The counts that settle.lua keeps are by bot: with a field for each room they would grow with these.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict
from redis.asyncio import Redis

from shared.keys import Keys
from shared.operating.now import RoomDay, RoomDays
from shared.operating.reading.days import utc_day
from shared.operating.reading.facts import ended_rows

MOST_SHOWN = 20
JOBS_AT_ONCE, AT_ONCE = 500, 100
"""Job ids, and rows, that are read in one step; others' requests are answered between two."""
LATE_MS = 5000
"""A message may be put into the index so long after the time that stands there, which is the
consumer's."""
_DAY_MS = 24 * 3600 * 1000


class _Ended(BaseModel):
    """Of a row what is counted; see shared.operating.messages."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    bot_id: str
    room_id: int
    word: str | None = None
    outcome: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    micro_usd: int = 0


@dataclass(slots=True)
class _Room:
    bots: set[str] = field(default_factory=set)
    outcomes: Counter[str] = field(default_factory=Counter)
    tokens: int = 0
    micro_usd: int = 0


class CountedByRoom:
    """Keeps count between two looks: each reads what has ended since the one before.

    The first of a day, and of a process, reads what the index holds of it (10,000 at most).
    """

    def __init__(self) -> None:
        self._looking = asyncio.Lock()
        self._day, self._upto_ms = "", 0
        self._rooms: dict[int, _Room] = {}
        self._known: dict[str, int] = {}
        """What was counted of the last moments, and when it ended: one that is tried again ends
        again."""

    async def look(self, redis: Redis, keys: Keys, now_ms: int) -> RoomDays:
        """What each room cost on the day of that time, the dearest first; raises RedisError."""
        async with self._looking:
            if self._day != utc_day(now_ms):
                self._day, self._upto_ms, self._rooms, self._known = utc_day(now_ms), 0, {}, {}
            since = max(self._upto_ms - LATE_MS, now_ms - now_ms % _DAY_MS)
            await self._count(redis, keys, since)
            self._known = {job: at for job, at in self._known.items() if at >= since}
        by_cost = sorted(self._rooms.items(), key=_dearest_first)
        return RoomDays(
            shown=tuple(_row(room, it) for room, it in by_cost[:MOST_SHOWN]),
            rooms=len(self._rooms),
            messages=sum(it.outcomes.total() for it in self._rooms.values()),
        )

    async def _count(self, redis: Redis, keys: Keys, since: int) -> None:
        """From the newest back: what ends meanwhile moves nothing that is still to be read."""
        skip, newest = 0, self._upto_ms
        while True:
            found = await redis.zrevrangebyscore(
                keys.ended, "+inf", since, start=skip, num=JOBS_AT_ONCE, withscores=True
            )
            ended = {job.decode(): int(at) for job, at in found}
            new = [(job, at) for job, at in ended.items() if self._known.get(job) != at]
            for first in range(0, len(new), AT_ONCE):
                await self._add(redis, keys, dict(new[first : first + AT_ONCE]))
            newest = max([newest, *ended.values()])
            if len(found) < JOBS_AT_ONCE:
                self._upto_ms = newest
                return
            skip += JOBS_AT_ONCE

    async def _add(self, redis: Redis, keys: Keys, new: dict[str, int]) -> None:
        for row in (await ended_rows(redis, keys, list(new))).values():
            self._add_one(_Ended.model_validate_json(row))
        self._known |= new

    def _add_one(self, row: _Ended) -> None:
        if row.word is not None:  # as settle.lua's counts
            return
        room = self._rooms.setdefault(row.room_id, _Room())
        room.bots.add(row.bot_id)
        room.outcomes[row.outcome] += 1
        room.tokens += row.input_tokens + row.output_tokens
        room.micro_usd += row.micro_usd


def _dearest_first(entry: tuple[int, _Room]) -> tuple[int, int]:
    return -entry[1].micro_usd, -entry[1].outcomes.total()


def _row(room_id: int, it: _Room) -> RoomDay:
    return RoomDay(
        room_id=room_id,
        bots=tuple(sorted(it.bots)),
        outcomes=dict(it.outcomes),
        tokens=it.tokens,
        micro_usd=it.micro_usd,
    )
