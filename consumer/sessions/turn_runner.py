"""Runs one order: a session for the lane, the prompt to its client, the answer into the books."""

import asyncio
from time import monotonic

import structlog

from consumer.cancellation import to_its_end
from consumer.sessions.books.bookkeeping import Bookkeeping
from consumer.sessions.books.tool_journal import ToolJournal
from consumer.sessions.books.undone import undone_note
from consumer.sessions.errors import AgentCrashed, SessionGone, TurnFailed
from consumer.sessions.events import Started, Tier
from consumer.sessions.pool.lane_sessions import LaneSessions
from consumer.sessions.session.answer import Answer
from consumer.sessions.session.session import Session
from consumer.sessions.settings import SessionSettings
from consumer.sessions.turn_result import Memory, Order, TurnResult

log = structlog.get_logger(__name__)


class TurnRunner:
    """For whoever holds the lane's gate."""

    def __init__(
        self,
        settings: SessionSettings,
        sessions: LaneSessions,
        books: Bookkeeping,
    ) -> None:
        self._settings = settings
        self._sessions = sessions
        self._books = books

    async def run(self, order: Order) -> TurnResult:
        """A client that died while nobody looked has not read the prompt: once more, resumed."""
        started = monotonic()
        session, tier = await self._session(order)
        try:
            answer = await self._ask(session, tier, order)
        except SessionGone:
            log.info("session_closed", lane=str(order.lane), reason="client_died", pid=session.pid)
            session, tier = await self._session(order)
            answer = await self._ask_again(session, tier, order)
        seconds = monotonic() - started
        return await self._books.answered(order, session, tier, answer, seconds=seconds)

    async def _session(self, order: Order) -> tuple[Session, Tier]:
        return await self._sessions.of(order.lane, order.bot, order.on_event, order.job)

    async def _ask(self, session: Session, tier: Tier, order: Order) -> Answer:
        if order.on_event is not None:
            order.on_event(Started(tier, session.pid))
        brief = await order.brief(_memory(session)) if order.brief is not None else ""
        parts = [brief, undone_note(session.undone), order.prompt]
        prompt = "\n\n".join(part for part in parts if part)
        try:
            answer = await self._answer(session, prompt, order)
        except (TurnFailed, asyncio.CancelledError):
            await to_its_end(self._books.unanswered(order, session))
            raise
        session.recap_due = False
        return answer

    async def _answer(self, session: Session, prompt: str, order: Order) -> Answer:
        seconds = self._settings.turn_timeout if order.within_s is None else order.within_s
        journal = ToolJournal(lambda tools: self._books.under_way(order.lane, session, tools))
        on_event = journal.before(order.on_event)
        try:
            return await session.run(prompt, on_event=on_event, seconds=seconds)
        finally:
            await to_its_end(journal.settled())

    async def _ask_again(self, session: Session, tier: Tier, order: Order) -> Answer:
        try:
            return await self._ask(session, tier, order)
        except SessionGone as error:
            raise AgentCrashed("two clients died before they read the prompt") from error


def _memory(session: Session) -> Memory:
    if session.recap_due:
        return "lost"
    return "kept" if session.record is not None else "new"
