"""A week of schedules in simulated time, on a real Valkey: clocks change, consumers come and go."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from redis.asyncio import Redis

from consumer.on_time.clock import Clock
from consumer.on_time.lateness import MISSED_MS
from shared.bots import Bot, Roster
from shared.bots.sections.schedule import Schedule
from shared.inbound import InboundMessage
from shared.keys import Keys
from shared.lane import Lane
from shared.on_time import Planned
from tests.membership import join

BERLIN = ZoneInfo("Europe/Berlin")
TIMES = {
    "stand-up": "every weekday at 9:00",
    "night": "every day at 2:30",
    "hourly": "every hour",
    "often": "*/10 8-9 * * *",
}
BOT = Bot(
    id="ops",
    name="Ops",
    system_prompt="x",
    timezone="Europe/Berlin",
    schedules={
        name: Schedule(at=at, room=number, ask=name)
        for number, (name, at) in enumerate(TIMES.items(), 1)
    },
)
MINUTE_MS = 60_000


class Week:
    """Time that only passes when it is told to, and two consumers that look at it."""

    def __init__(self, redis: Redis, keys: Keys, begin: datetime) -> None:
        self.redis, self.keys = redis, keys
        self.now_ms = round(begin.timestamp() * 1000)
        self.end_ms = round((begin + timedelta(days=7)).timestamp() * 1000)
        self.fired: list[tuple[InboundMessage, int]] = []
        """Each with how late it was let in, ms."""
        self.clocks = self.started()

    def started(self) -> list[Clock]:
        """Consumers as they are after a start: they know nothing but what Redis holds."""
        roster = Roster({"ops": BOT}, {"ops": "3-abcdefABCDEF"})
        return [
            Clock(self.redis, self.keys, me, roster, "UTC", now_ms=self.time) for me in ("a", "b")
        ]

    async def time(self) -> int:
        """The simulated one."""
        return self.now_ms

    async def look(self) -> None:
        """Both look at once; one has the lease."""
        await asyncio.gather(*(clock.look() for clock in self.clocks))
        for room in range(1, len(TIMES) + 1):
            line = self.keys.lane(Lane(room, "ops"))
            for job in await self.redis.lrange(line, 0, -1):  # type: ignore[misc]
                body = await self.redis.hget(self.keys.message(job.decode()), "body")  # type: ignore[misc]
                message = InboundMessage.model_validate_json(body)
                self.fired.append((message, self.now_ms - message.accepted_ms))
            await self.redis.delete(line)

    def expected(self, begin_ms: int) -> Counter[tuple[str, int]]:
        """Every time of the week, by name, once."""
        return Counter(
            (name, ms)
            for name, at in TIMES.items()
            for ms in _until(Planned(at=at, zone="Europe/Berlin").all_after(begin_ms), self.now_ms)
        )

    def told(self) -> Counter[tuple[str, int]]:
        """Every time that came of it: done, or said to be missed, alone or with others."""
        return Counter(
            ((message.about or "").removeprefix("schedule "), ms)
            for message, _ in self.fired
            for ms in _times(message)
        )


def _until(times: Iterator[int], end_ms: int) -> Iterator[int]:
    for ms in times:
        if ms > end_ms:
            return
        yield ms


def _times(message: InboundMessage) -> list[int]:
    firing = message.firing
    assert firing is not None
    if firing.since_ms is None:
        return [message.accepted_ms]
    planned = Planned(at=TIMES[message.text], zone=firing.zone)
    times = [firing.since_ms, *_until(planned.all_after(firing.since_ms), message.accepted_ms)]
    assert len(times) == firing.times
    return times


@pytest.mark.short_form("1-2026-10-20")
@pytest.mark.parametrize("begin", ["2026-03-24", "2026-10-20"])
@pytest.mark.parametrize("seed", [1, 2])
async def test_each_time_of_a_week_comes_once(
    redis: Redis, keys: Keys, begin: str, seed: int
) -> None:
    """On time, late, or missed and said; through both changes of the clocks, outages of minutes
    and hours, restarts, and a lease that changes hands."""
    dice = random.Random(seed)
    week = Week(redis, keys, datetime.fromisoformat(begin).replace(tzinfo=BERLIN))
    await join(redis, keys, "a")
    await week.look()
    begin_ms, outages = week.now_ms, 0
    while week.now_ms < week.end_ms:
        away = dice.random() < 0.05
        outages += away
        week.now_ms += dice.randint(1, 300 if away else 9) * MINUTE_MS
        if away:
            week.clocks = week.started()
            await redis.delete(keys.members)
            await join(redis, keys, dice.choice("ab"))
        await week.look()
    assert outages > 10
    assert week.told() == week.expected(begin_ms)
    several = [late_ms for message, late_ms in week.fired if message.firing.times > 1]  # type: ignore[union-attr]
    assert several
    assert min(several) >= MISSED_MS
