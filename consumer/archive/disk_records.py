"""Session records on disk in the seed's format: one JSON file a lane, replaced atomically."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import structlog

from consumer.archive.file_names import record_name
from consumer.archive.lane_gates import LaneGates
from consumer.archive.record_files import RecordFiles, note_use
from consumer.archive.record_json import decode, encode
from consumer.archive.records import SessionRecord
from consumer.replaced_files import (
    make_durable,
    remove_file,
    replace_file,
    version_before,
)
from shared.between_processes.resets import Scope
from shared.lane import Lane

log = structlog.get_logger(__name__)


class DiskRecords:
    """Records in `folder`; a file that cannot be read is kept aside and counts as none.

    No fences: the consumer holds the lock file of this folder, so nobody else writes here.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = RecordFiles(folder)
        self._gates = LaneGates()
        self._becoming_durable: dict[Lane, asyncio.Task[None]] = {}

    async def own(self, lane: Lane) -> int:
        """See SessionRecords."""
        del lane
        return 0

    async def load(self, lane: Lane) -> SessionRecord | None:
        """See SessionRecords."""
        async with self._gates.hold(lane):
            return await asyncio.to_thread(self._load, lane)

    async def save(self, record: SessionRecord, fence: int) -> bool:
        """See SessionRecords."""
        del fence
        lane = record.lane
        async with self._gates.hold(lane):
            await self._durable(lane)
            is_new = await asyncio.to_thread(self._put, record)
            self._becoming_durable[lane] = asyncio.create_task(self._make_durable(lane))
        return is_new

    async def last_reset(self, *scopes: Scope) -> datetime | None:
        """See SessionRecords."""
        del scopes
        return None

    async def forget(self, lane: Lane) -> None:
        """See SessionRecords."""
        async with self._gates.hold(lane):
            await self._durable(lane)
            await asyncio.to_thread(remove_file, self._file(lane))

    async def set_aside(self, lane: Lane, reason: str) -> None:
        """See SessionRecords."""
        async with self._gates.hold(lane):
            await self._durable(lane)
            await asyncio.to_thread(self._set_aside, lane, reason)

    async def all(self) -> list[SessionRecord]:
        """See SessionRecords."""
        return await asyncio.to_thread(self._read_all, self._files.all())

    async def newest(self, most: int, since: datetime) -> list[SessionRecord]:
        """See SessionRecords."""
        return await asyncio.to_thread(self._newest, most, since)

    async def unused_since(self, moment: datetime) -> dict[Lane, datetime]:
        """See SessionRecords."""
        return await asyncio.to_thread(self._unused_since, moment)

    async def count(self) -> int:
        """See SessionRecords."""
        return await asyncio.to_thread(lambda: sum(1 for _ in self._files.all()))

    async def settled(self) -> None:
        """See SessionRecords."""
        for lane in list(self._becoming_durable):
            await self._durable(lane)

    async def _durable(self, lane: Lane) -> None:
        """Wait until what was saved last cannot be lost any more."""
        becoming = self._becoming_durable.get(lane)
        if becoming is not None:
            await asyncio.wait([becoming])

    async def _make_durable(self, lane: Lane) -> None:
        try:
            await asyncio.to_thread(make_durable, self._file(lane))
        except OSError as error:
            # The next save of the lane writes it anew; the version before stays till then.
            log.error("record_not_durable", lane=str(lane), reason=type(error).__name__)
        finally:
            del self._becoming_durable[lane]

    def _file(self, lane: Lane) -> Path:
        return self._folder / record_name(lane)

    def _load(self, lane: Lane) -> SessionRecord | None:
        file = self._file(lane)
        try:
            record = _read(file)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log.warning("record_unreadable", lane=str(lane), reason=type(error).__name__)
            self._set_aside(lane, "unreadable")
            return None
        if record.lane != lane:
            log.warning("record_of_another_lane", lane=str(lane), found=str(record.lane))
            self._set_aside(lane, "misplaced")
            return None
        return record

    def _set_aside(self, lane: Lane, reason: str) -> None:
        file = self._file(lane)
        try:
            file.replace(file.with_suffix(f".{reason}"))
        except FileNotFoundError:
            return
        except OSError as error:
            log.warning("record_not_set_aside", lane=str(lane), reason=type(error).__name__)

    def _put(self, record: SessionRecord) -> bool:
        file = self._file(record.lane)
        is_new = not file.exists()
        replace_file(file, encode(record))
        note_use(file, record.last_used)
        return is_new

    def _newest(self, most: int, since: datetime) -> list[SessionRecord]:
        records = self._read_all(self._files.newest(most, since))
        return sorted(records, key=lambda record: record.last_used, reverse=True)

    def _unused_since(self, moment: datetime) -> dict[Lane, datetime]:
        records = self._read_all(self._files.unused_since(moment))
        return {it.lane: it.last_used for it in records if it.last_used < moment}

    def _read_all(self, files: Iterable[Path]) -> list[SessionRecord]:
        records = []
        for file in files:
            try:
                records.append(_read(file))
            except (OSError, ValueError):
                continue  # load() tells the operator when the lane is next needed
        return records


def _read(file: Path) -> SessionRecord:
    """The record in the file, or in the version before where a power cut has spoilt it."""
    try:
        return decode(file.read_text(encoding="utf-8"))
    except ValueError:
        before = version_before(file)
        if not before.exists():
            raise
        log.warning("record_before_used", file=file.name)
        return decode(before.read_text(encoding="utf-8"))
