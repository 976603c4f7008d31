"""Connects a lane: resumed from its record (warm) or new (cold), whatever the record is worth."""

import asyncio
import uuid
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog
from redis.exceptions import RedisError

from consumer.sessions.archive.records import SessionRecord, SessionRecords
from consumer.sessions.archive.transcripts import Transcripts
from consumer.sessions.archive.workspaces import SPARE_PREFIX, Workspaces
from consumer.sessions.errors import AgentUnavailable, Superseded, UnknownEntry, UnknownSession
from consumer.sessions.events import Tier
from consumer.sessions.pool.hot_sessions import HotSessions
from consumer.sessions.pool.spares import Spares
from consumer.sessions.session.agent_client import ClientOptions, ConnectClient
from consumer.sessions.session.session import Clock, Session
from consumer.sessions.settings import SessionSettings
from shared.bots import Bot
from shared.lane import Lane

log = structlog.get_logger(__name__)

OnWait = Callable[[int], None]


class Connector:
    """Makes sessions; the manager holds and uses them."""

    def __init__(
        self,
        settings: SessionSettings,
        records: SessionRecords,
        transcripts: Transcripts,
        hot: HotSessions,
        make_client: ConnectClient,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._records = records
        self._transcripts = transcripts
        self._hot = hot
        self._make_client = make_client
        self._clock = clock
        self._workspaces = Workspaces(settings.workspaces_dir)
        self._spares = Spares(settings, hot, self.spare, self._workspaces)

    @property
    def spares(self) -> "Spares":
        """The clients that wait for a lane."""
        return self._spares

    async def connect(
        self, lane: Lane, bot: Bot, on_wait: OnWait | None = None, job: str | None = None
    ) -> Session:
        """A connected session of the lane; raises AgentUnavailable when none can be had.

        Where `job` was answered in its last turn, that turn is cut off: the answer got lost.
        """
        await self._hot.closed(lane)
        fence = await self._records.own(lane)
        session = await self._connect(lane, bot, on_wait, job, fence)
        session.fence = fence
        return session

    async def connect_ahead(
        self, record: SessionRecord, bot: Bot, keep: Collection[Lane] | None = None
    ) -> bool:
        """Resume a session that nobody asked for yet; False where there is no room for it.

        For the room the least recently used idle session goes, but none of the lanes to `keep`;
        None keeps all. Raises AgentError when it cannot be resumed: left to the lane's next
        message.
        """
        lane = record.lane
        if not record.resumable or self.is_stale(lane, record.last_used):
            return True  # nothing to resume: its message begins anew
        await self._hot.closed(lane)
        if not await self._hot.room_ahead(lane, keep):
            return False
        fence = await self._records.own(lane)
        session = await self._of_record(record, bot)
        session.fence = fence
        if not await self._hot.start_ahead(lane, session):
            return False
        log.info("session_warm", lane=str(lane), ahead=True, pid=session.pid)
        return True

    async def _connect(
        self, lane: Lane, bot: Bot, on_wait: OnWait | None, job: str | None, fence: int
    ) -> Session:
        record, why_not = await self._on_record(lane, job, fence)
        if record is None:
            return await self._cold(lane, bot, on_wait, reason=why_not)
        session = await self._of_last_turn(record, bot, on_wait)
        session.undone = record.undone
        return session

    async def _of_last_turn(
        self, record: SessionRecord, bot: Bot, on_wait: OnWait | None
    ) -> Session:
        lane = record.lane
        if not record.resumable:
            session = await self._cold(lane, bot, on_wait, reason="nothing_answered")
            session.recap_due = record.lost
            return session
        resumed = await self._warm_if_possible(record, bot, on_wait)
        if resumed is None:
            await self._records.set_aside(lane, "unresumable")
            await asyncio.to_thread(self._workspaces.retire, lane, record)
            session = await self._cold(lane, bot, on_wait, reason="resume_failed")
            session.recap_due = True
            return session
        return resumed

    async def _warm_if_possible(
        self, record: SessionRecord, bot: Bot, on_wait: OnWait | None
    ) -> Session | None:
        """None when the record is to blame; raises AgentUnavailable when the machine is.

        A resume that fails in a way nobody has named is tried again when a new conversation does
        start: one that never works would leave its lane without an answer for ever.
        """
        try:
            return await self._warm(record, bot, on_wait)
        except UnknownSession:
            return None
        except AgentUnavailable as error:
            log.warning("resume_failed", lane=str(record.lane), reason=error.detail)
        await self._try_start(record.lane, bot, on_wait)
        try:
            return await self._warm(record, bot, on_wait)
        except (UnknownSession, AgentUnavailable):
            return None

    async def _try_start(self, lane: Lane, bot: Bot, on_wait: OnWait | None) -> None:
        """Start a new conversation and close it; raises what `Session.start` raises."""
        trial = self.spare(bot)
        await self._hot.start(lane, trial, on_wait)
        self._hot.take_out(lane)
        self._hot.close_soon(trial)
        await self._hot.closed(lane)

    async def _on_record(
        self, lane: Lane, job: str | None, fence: int
    ) -> tuple[SessionRecord | None, str]:
        """What is known of the lane, or None and why nothing is; what is over is forgotten."""
        record = await self._records.load(lane)
        if record is None:
            return None, "no_record"
        if self.is_stale(lane, record.last_used):
            await self.forget(lane)
            return None, "expired"
        if record.has_answered(job):
            record = await self._cut(record, fence)
        return record, "answer_lost"

    async def _cut(self, record: SessionRecord, fence: int) -> SessionRecord | None:
        """Take back the last turn, on record too: this run of its message may fail as well."""
        before = record.without_last_turn()
        if not before.resumable:
            await self.forget(record.lane)
            if not before.undone:
                return None
            before = replace(before, folder=None)  # what lay there is the lane's own again
        try:
            await self._records.save(before, fence)
        except (OSError, Superseded) as error:
            log.error("record_not_saved", lane=str(record.lane), reason=type(error).__name__)
        return before

    def is_stale(self, lane: Lane, last_used: datetime) -> bool:
        """Whether the lane's session, last used then, is past its TTL."""
        return self._clock() - last_used > self._settings.ttl.of(lane)

    async def _warm(self, record: SessionRecord, bot: Bot, on_wait: OnWait | None) -> Session:
        """Resume at the last answered turn; plainly where the transcript has no such place."""
        try:
            session = await self._resumed(record, bot, on_wait)
        except UnknownEntry:
            log.warning("resume_entry_unknown", lane=str(record.lane))
            record = replace(record, last_entry=None)
            session = await self._resumed(record, bot, on_wait)
        log.info(
            "session_warm", lane=str(record.lane), session_id=record.session_id, pid=session.pid
        )
        return session

    async def _resumed(self, record: SessionRecord, bot: Bot, on_wait: OnWait | None) -> Session:
        session = await self._of_record(record, bot)
        await self._hot.start(record.lane, session, on_wait)
        return session

    async def _of_record(self, record: SessionRecord, bot: Bot) -> Session:
        session = self._session(bot, self._workspaces.of(record.lane, record), record)
        try:
            session.counted = await self._transcripts.counted(record.session_id)
        except OSError as error:  # the resume itself will tell what is wrong with it
            log.warning("cost_unknown", lane=str(record.lane), reason=type(error).__name__)
        return session

    async def _cold(self, lane: Lane, bot: Bot, on_wait: OnWait | None, *, reason: str) -> Session:
        """A spare where there is one: then only the first turn is left to do."""
        session = self._spares.take(bot) if self._workspaces.without_files(lane) else None
        if session is not None:
            self._hot.adopt(lane, session)
        else:
            session = self._session(bot, self._workspaces.of(lane, None))
            await self._hot.start(lane, session, on_wait)
        spare = session.folder.name.startswith(SPARE_PREFIX)
        log.info("session_cold", lane=str(lane), reason=reason, pid=session.pid, spare=spare)
        return session

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

    async def tidy(self) -> None:
        """Delete the folders that spares of earlier processes left: on no record, and not ours.

        Raises OSError or RedisError when the records cannot be read.
        """
        ours, found = self._hot.folders, self._workspaces.of_spares()
        ours |= {record.folder or "" for record in await self._records.all()}
        for folder in found:
            if folder.name not in ours | self._hot.folders:
                await asyncio.to_thread(self._workspaces.remove, folder)

    def spare(self, bot: Bot) -> Session:
        """A session for no lane yet, in a folder that becomes the lane's."""
        return self._session(bot, self._workspaces.new_spare())

    def _session(self, bot: Bot, folder: Path, record: SessionRecord | None = None) -> Session:
        options = ClientOptions(
            bot=bot,
            folder=folder,
            session_id=record.session_id if record else str(uuid.uuid4()),
            resume=record is not None,
            resume_at=record.last_entry if record else None,
        )
        session = Session(
            self._make_client(options),
            bot=bot,
            folder=folder,
            settings=self._settings,
            clock=self._clock,
            tier=Tier.WARM if record else Tier.COLD,
            on_change=self._hot.changed,
            on_end=lambda: self._ended(session, options.session_id),
        )
        session.record = record
        session.undone = record.undone if record else ()
        return session

    async def _ended(self, session: Session, session_id: str) -> None:
        """A conversation that is on no record: nobody would know of its transcript and folder."""
        if session.record is not None:
            return
        await self.forget_transcript(session_id)
        if session.lane is not None:
            await asyncio.to_thread(self._workspaces.retire_spare, session.lane, session.folder)

    async def forget_transcript(self, session_id: str) -> None:
        """Delete it; where that fails it goes by its age."""
        try:
            await self._transcripts.forget(session_id)
        except (OSError, RedisError) as error:
            log.warning("transcript_not_deleted", reason=type(error).__name__)
