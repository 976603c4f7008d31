"""Connects a lane: resumed from its record (warm) or new (cold), whatever the record is worth."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from consumer.sessions.agent import ClientOptions, ConnectClient
from consumer.sessions.errors import UnknownEntry, UnknownSession
from consumer.sessions.events import Tier
from consumer.sessions.hot_sessions import HotSessions
from consumer.sessions.records import SessionRecord, SessionRecords
from consumer.sessions.session import Clock, Session
from consumer.sessions.settings import SessionSettings
from consumer.sessions.workspaces import Workspaces
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
        hot: HotSessions,
        make_client: ConnectClient,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._records = records
        self._hot = hot
        self._make_client = make_client
        self._clock = clock
        self._workspaces = Workspaces(settings.workspaces_dir)

    async def connect(self, lane: Lane, bot: Bot, on_wait: OnWait | None = None) -> Session:
        """A connected session of the lane; raises AgentUnavailable when none can be had."""
        record = await self._records.load(lane)
        if record is None:
            return await self._cold(lane, bot, on_wait, reason="no_record")
        if self.is_stale(record.last_used):
            await self._records.forget(lane)
            return await self._cold(lane, bot, on_wait, reason="expired")
        try:
            return await self._warm(record, bot, on_wait)
        except UnknownSession:
            await self._records.set_aside(lane, "unresumable")
            session = await self._cold(lane, bot, on_wait, reason="resume_failed")
            session.recap_due = True
            return session

    def is_stale(self, last_used: datetime) -> bool:
        """Whether something last used then is past its TTL."""
        return self._clock() - last_used > timedelta(hours=self._settings.ttl_hours)

    async def _warm(self, record: SessionRecord, bot: Bot, on_wait: OnWait | None) -> Session:
        """Resume at the last answered turn; plainly where the transcript has no such place."""
        try:
            session = await self._resumed(record, bot, record.last_entry, on_wait)
        except UnknownEntry:
            log.warning("resume_entry_unknown", lane=str(record.lane))
            record = replace(record, last_entry=None)
            session = await self._resumed(record, bot, None, on_wait)
        log.info(
            "session_warm", lane=str(record.lane), session_id=record.session_id, pid=session.pid
        )
        return session

    async def _resumed(
        self, record: SessionRecord, bot: Bot, entry: str | None, on_wait: OnWait | None
    ) -> Session:
        options = ClientOptions(
            bot=bot,
            folder=self._workspaces.of(record.lane, record),
            resume=record.session_id,
            resume_at=entry,
        )
        session = self._session(options, Tier.WARM)
        session.record = record
        await self._hot.start(record.lane, session, on_wait)
        return session

    async def _cold(self, lane: Lane, bot: Bot, on_wait: OnWait | None, *, reason: str) -> Session:
        options = ClientOptions(bot=bot, folder=self._workspaces.of(lane, None))
        session = self._session(options, Tier.COLD)
        await self._hot.start(lane, session, on_wait)
        log.info("session_cold", lane=str(lane), reason=reason, pid=session.pid)
        return session

    def _session(self, options: ClientOptions, tier: Tier) -> Session:
        return Session(
            self._make_client(options),
            bot=options.bot,
            settings=self._settings,
            clock=self._clock,
            tier=tier,
            on_change=self._hot.changed,
        )
