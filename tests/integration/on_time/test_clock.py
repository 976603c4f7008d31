"""The clock beside changing bot files, other consumers and other clocks, on a real Valkey."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from redis.asyncio import Redis

from consumer.on_time.clock import Clock
from shared.bots import Bot, Roster
from shared.inbound import InboundMessage
from shared.keys import Keys
from shared.lane import Lane
from shared.on_time import DueTimes
from tests.membership import join

NINE_MS = 1_795_424_400_000
"""2026-11-23 09:00 UTC, a Monday."""
HOUR_MS = 3_600_000
NEWS = {"at": "every day at 9:00", "room": 3, "ask": "news"}
MakeClock = Callable[..., Clock]


def _bot(**schedules: Any) -> Bot:
    return Bot(id="ops", name="Ops", system_prompt="x", schedules=schedules)


class Time:
    """As it is told to be."""

    now_ms = NINE_MS - HOUR_MS

    async def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def new_clock(redis: Redis, keys: Keys, time: Time) -> MakeClock:
    """A consumer's clock as it is after its start, over these schedules."""

    def make(me: str = "a", **schedules: Any) -> Clock:
        roster = Roster({"ops": _bot(**schedules)}, {"ops": "3-abcdefABCDEF"})
        return Clock(redis, keys, me, roster, "UTC", now_ms=time)

    return make


@pytest.fixture(autouse=True)
async def _owner(redis: Redis, keys: Keys) -> None:
    await join(redis, keys, "a")


async def _fired(redis: Redis, keys: Keys, room: int = 3) -> list[InboundMessage]:
    jobs = await redis.lrange(keys.lane(Lane(room, "ops")), 0, -1)  # type: ignore[misc]
    bodies = [await redis.hget(keys.message(job.decode()), "body") for job in jobs]  # type: ignore[misc]
    return [InboundMessage.model_validate_json(body) for body in bodies if body]


async def _due(redis: Redis, keys: Keys) -> list[tuple[str, int]]:
    return [(due.name, due.at_ms) for due in await DueTimes(redis, keys).first(10)]


async def test_a_new_time_counts_at_once_and_an_old_one_is_not_forgotten(
    redis: Redis, keys: Keys, time: Time, new_clock: MakeClock
) -> None:
    """What was due while nobody was there comes as the file said it then."""
    await new_clock(news=NEWS).look()
    assert await _due(redis, keys) == [("news", NINE_MS)]
    time.now_ms = NINE_MS + HOUR_MS // 2
    await new_clock(news={**NEWS, "at": "every day at 12:00", "room": 4, "ask": "more"}).look()
    assert [(it.accepted_ms, it.text) for it in await _fired(redis, keys, 4)] == [(NINE_MS, "more")]
    assert await _due(redis, keys) == [("news", NINE_MS + 3 * HOUR_MS)]


async def test_a_schedule_that_is_taken_out_comes_no_more(
    redis: Redis, keys: Keys, time: Time, new_clock: MakeClock
) -> None:
    """Neither what was due meanwhile nor what was to come; others stay."""
    await new_clock(news=NEWS, more={**NEWS, "at": "every day at 10:00"}).look()
    time.now_ms = NINE_MS + 1
    await new_clock(more={**NEWS, "at": "every day at 10:00"}).look()
    assert await _fired(redis, keys) == []
    assert await _due(redis, keys) == [("more", NINE_MS + HOUR_MS)]
    assert await redis.hkeys(keys.schedules) == [b"ops:more"]  # type: ignore[misc]


async def test_what_a_schedule_fired_last_goes_with_it(
    redis: Redis, keys: Keys, time: Time, new_clock: MakeClock
) -> None:
    """Its job id is kept, one a schedule, until the file has it no more."""
    await new_clock(news=NEWS).look()
    time.now_ms = NINE_MS
    await new_clock(news=NEWS).look()
    job = keys.named("ops", 3, f"schedule-news-{NINE_MS}")
    assert await redis.hgetall(keys.last_fired) == {b"schedule:ops:news": job.encode()}  # type: ignore[misc]
    await new_clock().look()
    assert not await redis.exists(keys.last_fired)


async def test_other_words_in_the_file_leave_the_time_as_it_is(
    redis: Redis, keys: Keys, time: Time, new_clock: MakeClock
) -> None:
    """A time that is due right then is not put off by an edit of what is asked."""
    clock = new_clock(news=NEWS)
    await clock.look()
    time.now_ms = NINE_MS
    await new_clock(news={**NEWS, "ask": "other news"}).look()
    assert [it.text for it in await _fired(redis, keys)] == ["other news"]


async def test_who_does_not_own_the_queue_moves_nothing(
    redis: Redis, keys: Keys, time: Time, new_clock: MakeClock
) -> None:
    """A consumer that stood still and lost its lease plans and fires nothing."""
    await new_clock("b", news=NEWS).look()
    assert await _due(redis, keys) == []
    await new_clock(news=NEWS).look()
    time.now_ms = NINE_MS
    await new_clock("b", news=NEWS).look()
    assert await _fired(redis, keys) == []


async def test_many_clocks_let_one_time_in_once(
    redis: Redis, keys: Keys, time: Time, new_clock: MakeClock
) -> None:
    """Whoever is first, and also where Redis was set back to before it."""
    await new_clock(news=NEWS).look()
    time.now_ms = NINE_MS
    await asyncio.gather(*(new_clock(news=NEWS).look() for _ in range(8)))
    assert len(await _fired(redis, keys)) == 1
    await redis.zadd(keys.due, {"schedule:ops:news": NINE_MS})
    await new_clock(news=NEWS).look()
    assert len(await _fired(redis, keys)) == 1


async def test_what_cannot_be_read_holds_nothing_up(
    redis: Redis, keys: Keys, time: Time, new_clock: MakeClock
) -> None:
    """A broken record is dropped; what is due behind it comes."""
    await new_clock(news=NEWS).look()
    await redis.hset(keys.reminders(Lane(3, "ops")), "1", "{broken")  # type: ignore[misc]
    await redis.zadd(keys.due, {"reminder:3:ops:1": 1_000, "reminder:3:ops:2": 2_000})
    time.now_ms = NINE_MS
    await new_clock(news=NEWS).look()
    assert [it.text for it in await _fired(redis, keys)] == ["news"]
    assert await _due(redis, keys) == [("news", NINE_MS + 24 * HOUR_MS)]
