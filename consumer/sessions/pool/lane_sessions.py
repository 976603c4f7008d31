"""The session for a lane's next turn: the connected one where it is fit, else a new client."""

from collections.abc import Callable

import structlog

from consumer.agent.errors import ShuttingDown
from consumer.agent.events import OnEvent, Tier, Waiting
from consumer.agent.settings import SessionSettings
from consumer.archive.archive import Archive
from consumer.sessions.pool.connector import Connector
from consumer.sessions.pool.departures import Departures
from consumer.sessions.pool.hot_sessions import HotSessions
from consumer.sessions.session.session import Session
from consumer.tool_calls.tooling import Tooling
from shared.bots import Bot
from shared.lane import Lane

log = structlog.get_logger(__name__)


class LaneSessions:
    """Gives sessions to whoever holds the lane's gate."""

    def __init__(
        self,
        settings: SessionSettings,
        archive: Archive,
        hot: HotSessions,
        connector: Connector,
        departures: Departures,
        tooling: Tooling,
    ) -> None:
        self.refuse = False
        """Set when the process goes: no lane gets a session any more."""
        self._settings = settings
        self._archive = archive
        self._hot = hot
        self._connector = connector
        self._departures = departures
        self._tooling = tooling

    async def session_for(
        self, lane: Lane, bot: Bot, on_event: OnEvent | None = None, job: str | None = None
    ) -> tuple[Session, Tier]:
        """A connected session of the lane, and how it was come by.

        `on_event` hears of a wait for room. `job` is asked once more where its answer got lost: a
        turn of it that ended the conversation is cut off before. Raises a TurnFailed when no
        client can be connected.
        """
        if self.refuse:
            raise ShuttingDown
        session, moved = self._hot.use(lane), self._departures.was_elsewhere(lane)
        if session is not None:
            unfit = "moved" if moved else self._unfit(session, bot, job)
            if unfit is None:
                log.info("session_hot", lane=str(lane), pid=session.pid, turns=session.turns)
                return session, Tier.HOT
            log.info("session_closed", lane=str(lane), reason=unfit, pid=session.pid)
            await self._hot.close(lane)
        session = await self._connector.connect(lane, bot, _told(on_event), job)
        return session, session.tier

    def _unfit(self, session: Session, bot: Bot, job: str | None) -> str | None:
        """Why a connected session cannot take the next turn; None when it can."""
        if not session.is_open:
            return "client_died"
        if session.bot != bot:
            return "bot_changed"
        if session.tools != self._tooling.names(bot):
            return "tools_changed"
        if session.lane is not None and self._archive.is_stale(session.lane, session.last_used):
            return "expired"
        record = session.conversation.record
        if record is not None and record.has_answered(job):
            return "answer_lost"
        if session.turns >= self._settings.session_max_turns:
            return "max_turns"
        if session.memory > self._settings.session_max_mb * 1024 * 1024:
            return "grown"
        return None


def _told(on_event: OnEvent | None) -> Callable[[int], None] | None:
    if on_event is None:
        return None
    return lambda busy: on_event(Waiting(busy))
