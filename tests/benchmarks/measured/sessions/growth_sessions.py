"""What is read of the session records at a start and in each clean-up, as they grow."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from redis.asyncio import Redis

from consumer.agent.time_to_live import TimeToLive
from consumer.archive.archive import Archive
from consumer.archive.disk_records import DiskRecords
from consumer.archive.file_names import record_name
from consumer.archive.record_files import note_use
from consumer.archive.record_json import encode
from consumer.archive.records import SessionRecord, SessionRecords
from consumer.archive.redis_records import RedisRecords
from consumer.archive.transcripts import DiskTranscripts
from consumer.archive.workspaces import Workspaces
from consumer.sessions.pool.prewarming import LATELY, MOST_LOOKED_AT
from shared.keys import Keys
from shared.lane import Lane
from shared.redis.client import redis_client
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.filling import have_on_record
from tests.benchmarks.results.curve import Costs, Curve

TIMES = 10
ALL_TIMES = 2
KEYS = Keys("bench-growth-records")
TTL_HOURS = 24.0
Add = Callable[[range], Awaitable[None]]
USED_LATELY = 10
"""Sessions that were used within the hour; the others in the hours before."""


async def measure(workshop: Workshop) -> Sequence[Curve]:
    """In Redis and on disk; none of the records is too old."""
    redis = redis_client(workshop.valkey.url)
    on_disk = DiskRecords(workshop.folder / "records")
    in_redis = RedisRecords(redis, KEYS, lambda _: timedelta(hours=TTL_HOURS))
    curves = list[Curve]()
    try:
        for where, records, add in (
            ("in Redis", in_redis, partial(_save, redis)),
            ("on disk", on_disk, partial(_write, workshop.folder / "records")),
        ):
            costs = Costs(redis, f"session records {where}")
            await _grown(workshop, _archive(workshop, records), add, costs)
            curves += costs.curves()
    finally:
        await redis.aclose()
    return curves


async def _grown(workshop: Workshop, archive: Archive, add: Add, costs: Costs) -> None:
    there = 0
    for size in workshop.sizes(10, 1000, 10_000, 100_000):
        await add(range(there, size))
        there = size
        for _ in range(workshop.times(TIMES)):
            await costs.measure("clean-up, at the start and hourly", size, _clean_up(archive))
            await costs.measure("prewarm's choice", size, _choice(archive))
        for _ in range(ALL_TIMES):
            await costs.measure("all records, where spares left folders", size, archive.all)


def _archive(workshop: Workshop, records: SessionRecords) -> Archive:
    folder = workshop.folder
    return Archive(
        records,
        DiskTranscripts(folder / "claude"),
        Workspaces(folder / "workspaces"),
        TimeToLive(TTL_HOURS),
        _now,
    )


def _clean_up(archive: Archive) -> Callable[[], Awaitable[object]]:
    async def look() -> None:
        await archive.look()
        assert not await archive.unused()

    return look


def _choice(archive: Archive) -> Callable[[], Awaitable[object]]:
    return lambda: archive.newest(MOST_LOOKED_AT, _now() - LATELY)


async def _save(redis: Redis, numbers: range) -> None:
    await have_on_record(redis, KEYS, map(_record, numbers))


async def _write(folder: Path, numbers: range) -> None:
    """As they stand there; saved one by one, each would wait for the disk."""
    folder.mkdir(exist_ok=True)
    for record in map(_record, numbers):
        file = folder / record_name(record.lane)
        file.write_text(encode(record), encoding="utf-8")
        note_use(file, record.last_used)


def _record(number: int) -> SessionRecord:
    ago = timedelta(minutes=1) if number < USED_LATELY else timedelta(hours=2 + number % 20)
    lane, used = Lane(number, "assistant"), _now() - ago
    return replace(_RECORD, lane=lane, last_used=used)


def _now() -> datetime:
    return datetime.now(UTC)


_RECORD = SessionRecord(
    lane=Lane(0, "assistant"),
    session_id="6b1f6f1e-3b0e-4c1e-9d52-1f1f5f0c2a11",
    created_at=_now(),
    last_used=_now(),
    turns=3,
    cost=0.12,
    last_entry="5f0c2a11-3b0e-4c1e-9d52-6b1f6f1e0001",
)
