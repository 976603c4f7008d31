"""Resumes a conversation that is on record, or finds out that it is not to be had any more."""

from collections.abc import Callable
from dataclasses import replace

import structlog

from consumer.agent.errors import AgentUnavailable, UnknownEntry, UnknownSession
from consumer.archive.records import SessionRecord
from consumer.sessions.pool.hot_sessions import HotSessions
from consumer.sessions.pool.session_maker import SessionMaker
from consumer.sessions.session.session import Session
from shared.bots import Bot
from shared.lane import Lane

log = structlog.get_logger(__name__)

OnWait = Callable[[int], None]
"""Told, at most once, how many sessions are at work while one waits for room."""


class Resuming:
    """Starts the lane's session where its conversation was left."""

    def __init__(self, hot: HotSessions, maker: SessionMaker) -> None:
        self._hot = hot
        self._maker = maker

    async def resume(
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
        self._hot.take_out(lane)
        self._hot.close_soon(trial)
        await self._hot.closed(lane)
