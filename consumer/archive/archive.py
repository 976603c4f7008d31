"""The archive: the record, the transcript and the folder of each lane, as one thing to keep."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import structlog
from redis.exceptions import RedisError

from consumer.agent.errors import Superseded
from consumer.agent.spending import Spent
from consumer.agent.time_to_live import TimeToLive
from consumer.archive.records import Clock, SessionRecord, SessionRecords
from consumer.archive.seen import MOST_SEEN, Seen
from consumer.archive.transcripts import Transcripts
from consumer.archive.workspaces import Workspaces
from shared.between_processes.resets import Scope, scopes_of
from shared.lane import Lane

_EVER = datetime.fromtimestamp(0, UTC)

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
        self.seen = Seen()
        """What this process has seen of the records; for the statistics alone."""
        self._records = records
        self._transcripts = transcripts
        self._workspaces = workspaces
        self._ttl = ttl
        self._clock = clock
        self._folders: set[str] = set()
        """The names of folders that have been on record, as far as they were seen."""

    @property
    def disk(self) -> str | None:
        """Where the working directories lie; None where nobody else answers."""
        return self._workspaces.disk

    async def take_over(self, lane: Lane, job: str | None) -> TakenOver:
        """Own the lane's session, and give what a client may resume of it.

        A session past its TTL is forgotten, and one that was reset while it was on its way here.
        Where its last turn was the one of `job`, which is now run again, that turn's answer never
        got out: it is cut off, so that it stands there once.
        Raises Superseded when others went on with the lane, as `own` does.
        """
        fence = await self._records.own(lane)
        record = await self._records.load(lane)
        if record is None:
            return TakenOver(fence=fence, record=None, why_not="no_record")
        is_stale = self.is_stale(lane, record.last_used)
        if is_stale or await self.was_reset(record):
            await self.forget(lane)
            why = "expired" if is_stale else "reset"
            return TakenOver(fence=fence, record=None, why_not=why)
        if record.has_answered(job):
            record = await self._without_last_turn(record, fence)
        return TakenOver(fence=fence, record=record, why_not="answer_lost")

    async def own(self, lane: Lane) -> int:
        """Own the lane's session whatever is on record of it; gives the fence for `save`."""
        return await self._records.own(lane)

    def is_stale(self, lane: Lane, last_used: datetime) -> bool:
        """Whether the lane's session, last used then, is past its TTL."""
        return self._clock() - last_used > self._ttl.for_lane(lane)

    async def was_reset(self, record: SessionRecord) -> bool:
        """Whether a reset was asked for since the conversation began, which missed it."""
        asked = await self.last_reset(*scopes_of(record.lane))
        return asked is not None and record.created_at <= asked

    async def last_reset(self, *scopes: Scope) -> datetime | None:
        """See SessionRecords."""
        return await self._records.last_reset(*scopes)

    async def load(self, lane: Lane) -> SessionRecord | None:
        """The lane's record, if it has one."""
        return await self._records.load(lane)

    async def all(self) -> list[SessionRecord]:
        """The record of every lane."""
        return await self._records.all()

    async def newest(self, most: int, since: datetime) -> list[SessionRecord]:
        """The records that were used since that moment, the newest first."""
        return await self._records.newest(most, since)

    async def unused(self) -> dict[Lane, datetime]:
        """Lanes that nobody has used for the shortest time to live, and when somebody did last."""
        return await self._records.unused_since(self._clock() - self._ttl.shortest())

    async def look(self) -> None:
        """See, for the statistics, which were used last, and how many there are."""
        newest = await self._records.newest(MOST_SEEN, _EVER)
        self.seen.look(newest, await self._records.count())

    async def save(self, record: SessionRecord, fence: int) -> None:
        """Put on record; raises Superseded when another consumer owns the lane by now."""
        is_new = await self._records.save(record, fence)
        self.seen.saved(record, is_new=is_new)
        if record.folder:
            self._folders.add(record.folder)

    async def counted(self, record: SessionRecord) -> Spent:
        """The total from which the CLI counts on when it resumes the conversation."""
        try:
            folder = self._workspaces.place(record.lane, record)
            return await self._transcripts.counted(record.session_id, folder)
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
            self.seen.gone(lane)
            folder = self._workspaces.place(lane, record)
            await self._transcripts.forget(record.session_id, folder)
        if not in_use:
            await asyncio.to_thread(self._workspaces.retire, lane, record)
        return record

    async def set_aside(self, record: SessionRecord) -> None:
        """Keep the record of a conversation that cannot be resumed, for the operator alone."""
        await self._records.set_aside(record.lane, "unresumable")
        self.seen.gone(record.lane)
        await asyncio.to_thread(self._workspaces.retire, record.lane, record)

    async def forget_unrecorded(self, session_id: str, lane: Lane | None, folder: Path) -> None:
        """A conversation that is on no record: nobody would know of its transcript and folder."""
        await self.forget_transcript(session_id, folder)
        if lane is not None:
            await asyncio.to_thread(self._workspaces.retire_spare, lane, folder)

    async def forget_transcript(self, session_id: str, folder: Path | None = None) -> None:
        """Delete it; where that fails it goes by its age."""
        try:
            await self._transcripts.forget(session_id, folder)
        except (OSError, RedisError) as error:
            log.warning("transcript_not_deleted", reason=type(error).__name__)

    async def tidy(self, in_use: Callable[[], set[str]]) -> None:
        """Delete the folders that spares of earlier processes left: on no record, and not ours.

        `in_use`: the names of the folders that this process's clients have now. The records are
        read for it at the start, and later where a folder is found that was on none.
        """
        ours, found = in_use(), await asyncio.to_thread(self._workspaces.of_spares)
        if {folder.name for folder in found} <= ours | self._folders:
            return
        self._folders |= {it.folder for it in await self._records.all() if it.folder}
        for folder in found:
            if folder.name not in ours | self._folders | in_use():
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
            await self.save(before, fence)
        except (OSError, Superseded) as error:
            log.error("record_not_saved", lane=str(record.lane), reason=type(error).__name__)
        return before
