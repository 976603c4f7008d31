"""Connects a client for a lane: it resumes the conversation on record (warm) or starts one (cold).

A record that cannot be resumed is set aside, so that its lane is answered all the same.
"""

from collections.abc import Callable
from dataclasses import replace

import structlog

from consumer.agent.errors import (
    AgentUnavailable,
    ShuttingDown,
    Superseded,
    UnknownEntry,
    UnknownSession,
)
from consumer.archive.archive import Archive
from consumer.archive.records import SessionRecord
from consumer.archive.workspaces import SPARE_PREFIX, Workspaces
from consumer.sessions.pool.hot_sessions import HotSessions
from consumer.sessions.pool.session_maker import SessionMaker
from consumer.sessions.pool.spares import Spares
from consumer.sessions.session.session import Session
from shared.bots import Bot
from shared.lane import Lane

log = structlog.get_logger(__name__)

OnWait = Callable[[int], None]
"""Told, at most once, how many sessions are at work while one waits for room."""


class Connector:
    """Gives connected sessions to whoever holds the lane."""

    def __init__(
        self,
        archive: Archive,
        workspaces: Workspaces,
        hot: HotSessions,
        maker: SessionMaker,
        spares: Spares,
    ) -> None:
        self._archive = archive
        self._workspaces = workspaces
        self._hot = hot
        self._maker = maker
        self._spares = spares

    async def connect(
        self, lane: Lane, bot: Bot, on_wait: OnWait | None = None, job: str | None = None
    ) -> Session:
        """A connected session of the lane.

        Raises AgentUnavailable when none can be had, ShuttingDown when others went on with the
        lane: they found us dead.

        Where the last turn on record was the one of `job`, which is now run again, the session
        goes on from the turn before it: that turn's answer never got out.
        """
        await self._hot.closed(lane)
        try:
            taken = await self._archive.take_over(lane, job)
        except Superseded:
            raise ShuttingDown from None
        if taken.record is None:
            session, lost = await self._cold(lane, bot, on_wait, reason=taken.why_not), False
        else:
            session, lost = await self._go_on(taken.record, bot, on_wait)
        session.conversation.begins(taken.fence, taken.record, lost=lost)
        return session

    async def _go_on(
        self, record: SessionRecord, bot: Bot, on_wait: OnWait | None
    ) -> tuple[Session, bool]:
        """A session, and whether it knows nothing of what the lane talked about before."""
        lane = record.lane
        if not record.resumable:
            cold = await self._cold(lane, bot, on_wait, reason="nothing_answered")
            return cold, record.lost
        resumed = await self._resume(record, bot, on_wait)
        if resumed is not None:
            return resumed, False
        await self._archive.set_aside(record)
        return await self._cold(lane, bot, on_wait, reason="resume_failed"), True

    async def _resume(
        self, record: SessionRecord, bot: Bot, on_wait: OnWait | None
    ) -> Session | None:
        """The lane's session with its conversation; None when that cannot be resumed any more.

        Raises AgentUnavailable when no agent starts at all. Where it is not plain which of the two
        is the case, a new conversation is started for trial: if that works, the record is to blame
        and is given up, or its lane would never be answered again.
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

    async def _warm(self, record: SessionRecord, bot: Bot, on_wait: OnWait | None) -> Session:
        """Resume at the last answered turn; plainly where the transcript has no such place."""
        try:
            session = await self._started(record, bot, on_wait)
        except UnknownEntry:
            log.warning("resume_entry_unknown", lane=str(record.lane))
            session = await self._started(replace(record, last_entry=None), bot, on_wait)
        log.info(
            "session_warm", lane=str(record.lane), session_id=record.session_id, pid=session.pid
        )
        return session

    async def _started(self, record: SessionRecord, bot: Bot, on_wait: OnWait | None) -> Session:
        session = await self._maker.resumed(record, bot)
        await self._hot.start(record.lane, session, on_wait)
        return session

    async def _try_start(self, lane: Lane, bot: Bot, on_wait: OnWait | None) -> None:
        """Start a new conversation and close it; raises what `Session.start` raises."""
        trial = self._maker.spare(bot)
        await self._hot.start(lane, trial, on_wait)
        self._hot.close_soon(trial)
        await self._hot.closed(lane)

    async def _cold(self, lane: Lane, bot: Bot, on_wait: OnWait | None, *, reason: str) -> Session:
        """A spare where there is one: then only the first turn is left to do."""
        session = self._spares.take(bot) if self._workspaces.without_files(lane) else None
        if session is not None:
            self._hot.adopt(lane, session)
        else:
            session = self._maker.new(lane, bot)
            await self._hot.start(lane, session, on_wait)
        spare = session.folder.name.startswith(SPARE_PREFIX)
        log.info("session_cold", lane=str(lane), reason=reason, pid=session.pid, spare=spare)
        return session
