"""Connects a lane: resumed from its record (warm) or new (cold), whatever the record is worth."""

from collections.abc import Collection

import structlog

from consumer.agent.errors import ShuttingDown, Superseded
from consumer.archive.archive import Archive
from consumer.archive.records import SessionRecord
from consumer.archive.workspaces import SPARE_PREFIX, Workspaces
from consumer.sessions.pool.hot_sessions import HotSessions
from consumer.sessions.pool.resuming import OnWait, Resuming
from consumer.sessions.pool.session_maker import SessionMaker
from consumer.sessions.pool.spares import Spares
from consumer.sessions.session.session import Session
from shared.bots import Bot
from shared.lane import Lane

log = structlog.get_logger(__name__)


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
        self._resuming = Resuming(hot, maker)

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

    async def connect_ahead(
        self, record: SessionRecord, bot: Bot, keep: Collection[Lane] | None = None
    ) -> bool:
        """Resume a session that nobody asked for yet; False where there is no room for it.

        For the room the least recently used idle session goes, but none of the lanes to `keep`;
        None keeps all. Raises AgentError when it cannot be resumed: left to the lane's next
        message.
        """
        lane = record.lane
        is_over = not record.resumable or self._archive.is_stale(lane, record.last_used)
        if is_over or await self._archive.was_reset(record):
            return True  # nothing to resume: its message begins anew
        await self._hot.closed(lane)
        if not await self._hot.room_ahead(lane, keep):
            return False
        fence = await self._archive.own(lane)
        session = await self._maker.resumed(record, bot)
        session.conversation.begins(fence, record, lost=False)
        if not await self._hot.start_ahead(lane, session):
            return False
        log.info("session_warm", lane=str(lane), ahead=True, pid=session.pid)
        return True

    async def _go_on(
        self, record: SessionRecord, bot: Bot, on_wait: OnWait | None
    ) -> tuple[Session, bool]:
        """A session, and whether it knows nothing of what the lane talked about before."""
        lane = record.lane
        if not record.resumable:
            cold = await self._cold(lane, bot, on_wait, reason="nothing_answered")
            return cold, record.lost
        resumed = await self._resuming.resume(record, bot, on_wait)
        if resumed is not None:
            return resumed, False
        await self._archive.set_aside(record)
        return await self._cold(lane, bot, on_wait, reason="resume_failed"), True

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
