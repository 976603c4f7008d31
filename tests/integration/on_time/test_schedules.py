"""Schedules of a bot's file, from their time to what the room sees."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.audit import NO_AUDIT
from shared.on_time import DueTimes
from shared.operating.actions import Actions
from shared.operating.on_time import ScheduleRow
from shared.operating.pauses import Scope
from shared.operating.reading.to_come import read_to_come
from tests.bots import bot_with
from tests.conftest import eventually
from tests.integration.conftest import BOT, ROOM, Stage

BOTH = pytest.mark.parametrize("stage", ["main", "v1.4.9"], indirect=True)
NEWS = {"at": "every day at 9:00", "room": ROOM, "ask": "what is new"}
HOUR_MS = 3_600_000


@pytest.fixture
def scheduled(stage: Stage) -> Stage:
    """Its bot has one, and people write to it too."""
    stage.bots = {"assistant": bot_with(BOT, schedules={"news": NEWS}, timezone="Europe/Berlin")}
    return stage


async def _first_due(stage: Stage) -> int:
    due = DueTimes(stage.redis, stage.keys)
    await eventually(due.count)
    return (await due.first(1))[0].at_ms


async def _comes(stage: Stage, late_ms: int = 0) -> str:
    """Its time is so long ago; gives the job."""
    await _first_due(stage)
    at_ms = stage.now_ms() - late_ms
    await stage.redis.zadd(stage.keys.due, {"schedule:assistant:news": at_ms})
    stage.on_time.clock.changed()
    job = stage.keys.named("assistant", ROOM, f"schedule-news-{at_ms}")
    await eventually(lambda: stage.redis.exists(stage.keys.result(job)))
    return job


@BOTH
async def test_a_schedule_is_a_turn_of_nobodys(scheduled: Stage) -> None:
    """It is asked what the file says, without anybody's rights; the room sees the answer alone."""
    await scheduled.start()
    await scheduled.say("hello")
    await scheduled.until_idle()
    await _comes(scheduled)
    assert await scheduled.bot_said() == ["answer to hello", "answer to what is new"]
    asking = scheduled.agent.askings[-1]
    assert (asking.unattended, asking.asker, asking.is_ping) == (True, None, False)
    assert "It is the time of schedule news, which was due on " in scheduled.agent.whole[-1]
    assert "[room: " in scheduled.agent.whole[-1]


@pytest.mark.parametrize(
    ("late_ms", "told", "turns"),
    [(600_000, "I am late", 1), (HOUR_MS + 1_000, "I was away at", 0)],
)
async def test_a_late_turn_says_so_and_a_missed_one_is_only_said(
    scheduled: Stage, late_ms: int, told: str, turns: int
) -> None:
    """An hour is the most, counted from when it was due."""
    await scheduled.start(message_max_age_minutes=1)
    await _comes(scheduled, late_ms)
    (said,) = await scheduled.bot_said()
    assert told in said
    assert "Europe/Berlin, UTC+0" in said
    assert len(scheduled.agent.prompts) == turns


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ({"timezone": "Asia/Tokyo"}, "Asia/Tokyo"),
        (
            {"timezone": "Asia/Tokyo", "room_overrides": {ROOM: {"timezone": "America/Lima"}}},
            "America/Lima",
        ),
        ({}, "Asia/Kolkata"),
    ],
)
async def test_its_time_is_in_the_rooms_zone_the_bots_or_the_services(
    stage: Stage, said: dict[str, Any], zone: str
) -> None:
    """In this order."""
    stage.bots = {"assistant": bot_with(BOT, schedules={"news": NEWS}, **said)}
    await stage.start(tz="Asia/Kolkata")
    due = datetime.fromtimestamp(await _first_due(stage) / 1000, ZoneInfo(zone))
    assert f"{due:%H:%M}" == "09:00"


async def test_operators_see_when_it_comes_and_how_it_went(scheduled: Stage) -> None:
    """Before it ever came; after a turn; one that came in a pause as what was left out, and why."""
    await scheduled.start()
    at_ms = await _first_due(scheduled)

    async def row() -> ScheduleRow:
        found = await read_to_come(scheduled.redis, scheduled.keys, scheduled.bots.values())
        (only,) = found.schedules
        return only

    before = await row()
    assert (before.at, before.zone, before.room_id) == (NEWS["at"], "Europe/Berlin", ROOM)
    assert (before.next_ms, before.held, before.last) == (at_ms, False, None)
    await _comes(scheduled)
    done = await row()
    assert done.last is not None
    assert (done.last.outcome, done.last.origin, done.next_ms) == ("completed", "schedule", at_ms)
    acts = Actions(scheduled.redis, scheduled.keys, NO_AUDIT, via="page")
    await acts.pause(Scope(room_id=ROOM))
    due = scheduled.now_ms()
    await scheduled.redis.zadd(scheduled.keys.due, {"schedule:assistant:news": due})
    scheduled.on_time.clock.changed()
    job = scheduled.keys.named("assistant", ROOM, f"schedule-news-{due}")
    await eventually(lambda: scheduled.redis.exists(scheduled.keys.message(job)))
    assert (await row()).held
    await acts.resume(Scope(room_id=ROOM))
    await eventually(lambda: scheduled.redis.exists(scheduled.keys.result(job)))
    left = await row()
    assert left.last is not None
    assert (left.held, left.last.outcome, left.last.reason) == (False, "expired", "paused")


async def test_in_a_room_where_its_bot_does_not_answer_nothing_is_said(scheduled: Stage) -> None:
    """Nobody asked, so nobody is told: the outcome is `ignored`."""
    bot = scheduled.bots["assistant"]
    scheduled.bots = {"assistant": bot_with(bot, rooms={"answer": [ROOM + 1]})}
    await scheduled.start()
    job = await _comes(scheduled)
    assert b'"ignored"' in (await scheduled.redis.get(scheduled.keys.result(job)) or b"")
    assert await scheduled.bot_said() == []
