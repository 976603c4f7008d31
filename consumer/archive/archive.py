"""The archive: the record, the transcript and the folder of each lane, as one thing to keep."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import structlog
from redis.exceptions import RedisError

from consumer.agent.errors import Superseded
from consumer.agent.spending import Spent
from consumer.agent.time_to_live import TimeToLive
from consumer.archive.records import Clock, SessionRecord, SessionRecords
from consumer.archive.transcripts import Transcripts
from consumer.archive.workspaces import Workspaces
from shared.lane import Lane

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """A lane's session, from now on this process's."""

    fence: int
    """What its record is saved under; see SessionRecords."""
    record: SessionRecord | None
    why_not: str
    """One word for the log, where there is no record."""


class Archive:
    """What is kept of the lanes. What reads it raises OSError or RedisError when it cannot."""

    def __init__(
        self,
        records: SessionRecords,
        transcripts: Transcripts,
        workspaces: Workspaces,
        ttl: TimeToLive,
        clock: Clock,
    ) -> None:
        self.seen: dict[Lane, SessionRecord] = {}
        """The records as this process last saw them; for the statistics alone."""
        self._records = records
        self._transcripts = transcripts
        self._workspaces = workspaces
        self._ttl = ttl
        self._clock = clock

    @property
    def disk(self) -> str | None:
        """Where the working directories lie; None where nobody else answers."""
        return self._workspaces.disk

    async def take_over(self, lane: Lane, job: str | None) -> TakenOver:
        """Own the lane's session, and give what a client may resume of it.

        A session past its TTL is forgotten. Where its last turn was the one of `job`, which is now
        run again, that turn's answer never got out: it is cut off, so that it stands there once.
        """
        fence = await self._records.own(lane)
        record = await self._records.load(lane)
        if record is None:
            return TakenOver(fence=fence, record=None, why_not="no_record")
        if self.is_stale(lane, record.last_used):
            await self.forget(lane)
            return TakenOver(fence=fence, record=None, why_not="expired")
        if record.has_answered(job):
            record = await self._without_last_turn(record, fence)
        return TakenOver(fence=fence, record=record, why_not="answer_lost")

    async def own(self, lane: Lane) -> int:
        """Own the lane's session whatever is on record of it; gives the fence for `save`."""
        return await self._records.own(lane)

    def is_stale(self, lane: Lane, last_used: datetime) -> bool:
        """Whether the lane's session, last used then, is past its TTL."""
        return self._clock() - last_used > self._ttl.for_lane(lane)

    async def load(self, lane: Lane) -> SessionRecord | None:
        """The lane's record, if it has one."""
        return await self._records.load(lane)

    async def all(self) -> list[SessionRecord]:
        """Every lane's."""
        return await self._records.all()

    async def look_at_all(self) -> dict[Lane, SessionRecord]:
        """The same by lane; from now on it is what this process has seen."""
        self.seen = {record.lane: record for record in await self._records.all()}
        return self.seen

    async def save(self, record: SessionRecord, fence: int) -> None:
        """Put on record; raises Superseded when another consumer owns the lane by now."""
        await self._records.save(record, fence)
        self.seen[record.lane] = record

    async def counted(self, record: SessionRecord) -> Spent:
        """The total from which the CLI counts on when it resumes the conversation."""
        try:
            return await self._transcripts.counted(record.session_id)
        except OSError as error:  # the resume itself will tell what is wrong with it
            log.warning("cost_unknown", lane=str(record.lane), reason=type(error).__name__)
            return Spent()

    async def forget(self, lane: Lane, *, in_use: bool = False) -> SessionRecord | None:
        """Delete the lane's record, which is given back, and its transcript; files it made stay.

        `in_use`: a turn of the lane is connecting or running, so its folder is left alone.
        """
        record = await self._records.load(lane)
        await self._records.forget(lane)
        if record is not None:
            await self._transcripts.forget(record.session_id)
        if not in_use:
            await asyncio.to_thread(self._workspaces.retire, lane, record)
        return record

    async def set_aside(self, record: SessionRecord) -> None:
        """Keep the record of a conversation that cannot be resumed, for the operator alone."""
        await self._records.set_aside(record.lane, "unresumable")
        await asyncio.to_thread(self._workspaces.retire, record.lane, record)

    async def forget_unrecorded(self, session_id: str, lane: Lane | None, folder: Path) -> None:
        """A conversation that is on no record: nobody would know of its transcript and folder."""
        await self.forget_transcript(session_id)
        if lane is not None:
            await asyncio.to_thread(self._workspaces.retire_spare, lane, folder)

    async def forget_transcript(self, session_id: str) -> None:
        """Delete it; where that fails it goes by its age."""
        try:
            await self._transcripts.forget(session_id)
        except (OSError, RedisError) as error:
            log.warning("transcript_not_deleted", reason=type(error).__name__)

    async def tidy(self, in_use: Callable[[], set[str]]) -> None:
        """Delete the folders that spares of earlier processes left: on no record, and not ours.

        `in_use`: the names of the folders that this process's clients have now.
        """
        ours, found = in_use(), self._workspaces.of_spares()
        ours |= {record.folder or "" for record in await self._records.all()}
        for folder in found:
            if folder.name not in ours | in_use():
                await asyncio.to_thread(self._workspaces.remove, folder)

    async def settled(self) -> None:
        """Wait until what was saved is there to stay."""
        await self._records.settled()

    async def _without_last_turn(self, record: SessionRecord, fence: int) -> SessionRecord | None:
        """Take back the last turn, on record too: this run of its message may fail as well."""
        before = record.without_last_turn()
        if not before.resumable:
            await self.forget(record.lane)
            if not before.undone and not before.cost:
                return None
            before = replace(before, folder=None)  # what lay there is the lane's own again
        try:
            await self._records.save(before, fence)
        except (OSError, Superseded) as error:
            log.error("record_not_saved", lane=str(record.lane), reason=type(error).__name__)
        return before
