"""Runs one turn: a session for the lane, the prompt to its client, the answer into the books."""

import asyncio
from time import monotonic

import structlog

from consumer.agent.errors import AgentCrashed, SessionGone, TurnFailed
from consumer.agent.events import Started, Tier
from consumer.agent.settings import SessionSettings
from consumer.agent.spending import count
from consumer.ending_tasks import to_its_end
from consumer.sessions.books.bookkeeping import Bookkeeping
from consumer.sessions.books.tool_journal import ToolJournal
from consumer.sessions.pool.lane_sessions import LaneSessions
from consumer.sessions.session.session import Session
from consumer.sessions.session.stretch import Answered
from consumer.sessions.turn_request import TurnRequest, TurnResult
from shared import tracing

log = structlog.get_logger(__name__)


class TurnRunner:
    """Runs turns one at a time a lane; its caller holds the lane's gate meanwhile."""

    def __init__(
        self,
        settings: SessionSettings,
        sessions: LaneSessions,
        books: Bookkeeping,
    ) -> None:
        self._settings = settings
        self._sessions = sessions
        self._books = books

    async def run(self, request: TurnRequest) -> TurnResult:
        """Ask the lane's agent and put its answer on record; raises a TurnFailed without one.

        A client may have died while it was idle. It has not read the prompt then, so the same
        prompt goes once more, to a new client that resumes the conversation.
        """
        started = monotonic()
        with tracing.step("session"):
            session, tier = await self._session(request)
        try:
            answer = await self._ask(session, tier, request)
        except SessionGone:
            lane = str(request.lane)
            log.info("session_closed", lane=lane, reason="client_died", pid=session.pid)
            with tracing.step("session"):
                session, tier = await self._session(request)
            answer = await self._ask_again(session, tier, request)
        seconds = monotonic() - started
        return await self._books.answered(request, session, tier, answer, seconds=seconds)

    async def _session(self, request: TurnRequest) -> tuple[Session, Tier]:
        return await self._sessions.session_for(
            request.lane, request.bot, request.on_event, request.job
        )

    async def _ask(self, session: Session, tier: Tier, request: TurnRequest) -> Answered:
        if request.on_event is not None:
            request.on_event(Started(tier, session.pid))
        conversation = session.conversation
        with tracing.step("briefing"):
            brief = await request.briefed(conversation.memory)
        parts = [brief, *conversation.notes(request.bot.built_in), request.prompt]
        prompt = "\n\n".join(part for part in parts if part)
        try:
            with tracing.step("query", **_agent(request)) as span:
                answer = await self._answer(session, prompt, request)
                tracing.tell(span, **_used(answer))
        except (TurnFailed, asyncio.CancelledError):
            await to_its_end(self._books.unanswered(request, session))
            raise
        conversation.was_answered()
        return answer

    async def _answer(self, session: Session, prompt: str, request: TurnRequest) -> Answered:
        seconds = self._settings.turn_timeout if request.within_s is None else request.within_s
        journal = ToolJournal(lambda tools: self._books.under_way(request.lane, session, tools))
        on_event = journal.before(request.on_event)
        try:
            return await session.run(
                prompt,
                on_event=on_event,
                before_tool=journal.on_record,
                seconds=seconds,
                asking=request.asking,
                meter=request.meter,
            )
        finally:
            await to_its_end(journal.close())

    async def _ask_again(self, session: Session, tier: Tier, request: TurnRequest) -> Answered:
        try:
            return await self._ask(session, tier, request)
        except SessionGone as error:
            raise AgentCrashed("two clients died before they read the prompt") from error


def _agent(request: TurnRequest) -> dict[str, str]:
    bot = request.bot
    told = {"operation": "invoke_agent", "provider": "anthropic"}
    return {**told, "agent": bot.id, "model": bot.model}


def _used(answer: Answered) -> dict[str, str | int | None]:
    """By the session's id a backend joins what the CLI tells of itself (docs/operations)."""
    fresh, cached, cache_read, written = (count(answer.usage, name) for name in _COUNTS)
    return {
        "conversation": answer.session_id,
        "answered_by": answer.model,
        "input_tokens": fresh + cached + cache_read,
        "cache_written": cached,
        "cache_read": cache_read,
        "output_tokens": written,
    }


_COUNTS = (
    *("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"),
    "output_tokens",
)
"""The Messages API's names: what was read anew, put into the cache, read from it; and written."""
