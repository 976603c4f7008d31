"""What every home of session records must do; run on disk and on Redis."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from consumer.archive.records import SessionRecord, SessionRecords
from shared.lane import Lane

LANE = Lane(1, "financial_analyst")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
RECORD = SessionRecord(lane=LANE, session_id="abc-123", created_at=NOW, last_used=NOW)


class RecordsConformance:
    """Subclasses give `records`, an empty home."""

    @pytest.fixture
    def records(self) -> SessionRecords:
        """The home under test."""
        raise NotImplementedError

    async def test_what_is_saved_is_loaded(self, records: SessionRecords) -> None:
        """A record comes back as it was, the newest one, and is among all."""
        full = replace(RECORD, turns=3, cost=0.25, last_entry="u-1", folder="spare-1")
        full = replace(full, last_answered=False, last_tools=("Read",), undone=("Write", "Bash"))
        full = replace(full, resumable=False, lost=True)
        fence = await records.own(LANE)
        await records.save(RECORD, fence)
        await records.save(full, fence)
        assert await records.load(LANE) == full
        assert await records.all() == [full]

    async def test_what_is_long_unused_and_what_was_used_last(
        self, records: SessionRecords
    ) -> None:
        """Each lane counts once, by the last use that is on record; a forgotten one no more."""
        times = [RECORD.last_used + timedelta(minutes=minute) for minute in range(4)]
        lanes = [Lane(room, LANE.bot_id) for room in range(4)]
        for lane, time in zip(lanes, times, strict=True):
            record = replace(RECORD, lane=lane, last_used=time)
            assert await records.save(record, fence := await records.own(lane))
            assert not await records.save(record, fence)
        assert await records.count() == 4
        assert await records.unused_since(times[2]) == dict(zip(lanes[:2], times[:2], strict=True))
        assert [it.lane for it in await records.newest(2, times[0])] == [lanes[3], lanes[2]]
        assert [it.lane for it in await records.newest(9, times[2])] == [lanes[3], lanes[2]]
        again = replace(RECORD, lane=lanes[0], last_used=times[3])
        await records.save(again, await records.own(lanes[0]))
        await records.forget(lanes[1])
        assert await records.unused_since(times[2]) == {}
        assert await records.count() == 3

    async def test_lanes_are_apart(self, records: SessionRecords) -> None:
        """Another room or another bot has its own record."""
        await records.save(RECORD, await records.own(LANE))
        assert await records.load(Lane(2, LANE.bot_id)) is None
        assert await records.load(Lane(1, "other")) is None

    async def test_forgetting_and_setting_aside_end_a_record(self, records: SessionRecords) -> None:
        """Both are fine when there is nothing; after either there is no record."""
        await records.forget(LANE)
        await records.set_aside(LANE, "unresumable")
        for end in (records.forget, lambda lane: records.set_aside(lane, "unresumable")):
            await records.save(RECORD, await records.own(LANE))
            await end(LANE)
            assert await records.load(LANE) is None
            assert await records.all() == []

    async def test_a_forget_after_a_save_wins(self, records: SessionRecords) -> None:
        """Writes of one lane happen in the order they were asked for."""
        fence = await records.own(LANE)
        for _ in range(10):
            await asyncio.gather(records.save(RECORD, fence), records.forget(LANE))
            assert await records.load(LANE) is None
