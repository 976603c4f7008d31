"""The session manager: a live client for a lane, hot, warm or cold, and one turn through it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic
from types import TracebackType
from typing import Any, Self

import structlog
from redis.exceptions import RedisError

from consumer.sessions.accounting import book
from consumer.sessions.agent import ConnectClient
from consumer.sessions.claude import claude_clients
from consumer.sessions.connector import Connector
from consumer.sessions.disk_records import DiskRecords
from consumer.sessions.errors import (
    AgentCrashed,
    AgentUnavailable,
    SessionGone,
    ShuttingDown,
    Superseded,
)
from consumer.sessions.events import Started, Tier, Waiting
from consumer.sessions.guard import Guard
from consumer.sessions.hot_sessions import HotSessions
from consumer.sessions.housekeeping import repeat
from consumer.sessions.lane_gates import LaneGates
from consumer.sessions.prewarming import Prewarming
from consumer.sessions.records import SessionRecord, SessionRecords
from consumer.sessions.removal import Removal
from consumer.sessions.session import Clock, Session
from consumer.sessions.settings import SessionSettings
from consumer.sessions.stats import session_stats
from consumer.sessions.transcripts import DiskTranscripts, Transcripts
from consumer.sessions.turn import Answer, OnEvent, Stop
from consumer.sessions.turn_result import Order, Recap, TurnResult
from shared.bots import Bot
from shared.errors import AgentError
from shared.lane import Lane

log = structlog.get_logger(__name__)


class SessionManager:
    """Owns every session of this process. An async context manager: clean-up runs inside."""

    def __init__(
        self,
        settings: SessionSettings,
        *,
        records: SessionRecords | None = None,
        transcripts: Transcripts | None = None,
        make_client: ConnectClient | None = None,
        recap: Recap | None = None,
        clock: Clock = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._records = records or DiskRecords(settings.records_dir)
        self._recap = recap
        self._clock = clock
        self._gates = LaneGates()
        self._hot = HotSessions(settings, self._gates.is_held)
        self._connector = Connector(
            settings,
            self._records,
            transcripts or DiskTranscripts(settings.claude_dir),
            self._hot,
            make_client or claude_clients(settings),
            clock,
        )
        self._prewarming = Prewarming(
            settings, self._records, self._hot, self._gates, self._connector, clock
        )
        self._counts: Counter[str] = Counter()
        self._removal = Removal(self._records, self._hot, self._gates, self._connector)
        self._cleaning: asyncio.Task[None] | None = None
        self._guard = Guard(settings.run_dir)
        self._closed = False

    async def __aenter__(self) -> Self:
        self._settings.claude_dir.mkdir(parents=True, exist_ok=True)
        await self._guard.__aenter__()
        await self._connector.tidy()
        self._cleaning = asyncio.create_task(
            repeat(self.cleanup_inactive_sessions, self._settings.cleanup_interval)
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.shutdown_all()

    async def run_turn(
        self,
        lane: Lane,
        bot: Bot,
        prompt: str,
        *,
        on_event: OnEvent | None = None,
        rerun: bool = False,
    ) -> TurnResult:
        """One message through the lane's agent.

        `rerun`: this message was run before and got no answer; what is left of that run in
        the conversation is cut off first. Cancelling is safe at any moment: the turn is
        interrupted and never shows in the next one. Raises a TurnFailed; the lane's next turn
        works.
        """
        order = Order(lane=lane, bot=bot, prompt=prompt, on_event=on_event)
        async with self._gates.only(lane):
            try:
                if rerun:
                    await self._drop_unanswered(lane)
                return await self._run(order)
            except AgentError:
                self._counts["failed"] += 1
                raise
            except RedisError as error:
                raise AgentUnavailable("the session store did not answer") from error
            finally:
                await self._removal.turn_ended(lane)

    async def get_or_create_client(self, lane: Lane, bot: Bot) -> Session:
        """The lane's session: the connected one, one resumed from its record, or a new one.

        To call ahead of a message; `run_turn` does it by itself. Raises a TurnFailed when no
        client can be connected.
        """
        async with self._gates.only(lane):
            session, _ = await self._session_for(lane, bot, None)
            return session

    def keep_spares(self, bots: Iterable[Bot]) -> None:
        """Keep `SPARE_SESSIONS` clients of each of these bots connected ahead of time.

        Call it at start and whenever a bot's file changed; it returns at once.
        """
        if not self._closed and self._settings.spares > 0:
            self._connector.spares.keep(bots)

    async def prewarm(self, bots: Mapping[str, Bot]) -> None:
        """Resume the conversations that went on lately, newest first, while nothing else runs.

        Call it once after a start: whoever goes on then meets a hot session.
        """
        await self._prewarming.run(bots)

    async def update_session_id(self, lane: Lane, session_id: str) -> None:
        """Put the lane's session id on record; a resume may have given it a new one."""
        now = self._clock()
        fence = await self._records.own(lane)
        record = await self._records.load(lane) or SessionRecord(
            lane=lane, session_id=session_id, created_at=now, last_used=now
        )
        await self._records.save(record.renamed(session_id, now), fence)

    async def remove_session(self, lane: Lane, *, forget: bool = False) -> None:
        """Throw the lane's client away, running turn and all; with `forget` its record too."""
        await self._removal.remove(lane, forget=forget)

    async def remove_sessions(
        self, *, room_id: int | None = None, bot_id: str | None = None, forget: bool = False
    ) -> int:
        """`remove_session` for every lane of a room, of a bot, of both, or (neither) for all.

        Returns how many lanes that were.
        """
        return await self._removal.remove_all(room_id, bot_id, forget=forget)

    async def reset(self, which: Mapping[str, Any]) -> None:
        """Forget the sessions a control word names: `room_id`, `bot_id`, both, or `all`.

        Raises ValueError when it names none, so that a slip never means all.
        """
        room, bot = which.get("room_id"), which.get("bot_id")
        if room is None and bot is None and which.get("all") is not True:
            raise ValueError("a reset needs a room, a bot, or all")
        room = None if room is None else int(room)
        count = await self.remove_sessions(room_id=room, bot_id=bot, forget=True)
        log.info("sessions_reset", room=room, bot=bot, count=count)

    async def cleanup_inactive_sessions(self) -> int:
        """Close clients and delete records unused for the TTL; never one in use.

        Returns how many lanes were cleaned up.
        """
        return await self._removal.clean_up()

    async def shutdown_all(self, grace: float = 0.0) -> None:
        """Refuse new turns, give running ones `grace` seconds, close all; the records stay.

        Idempotent. A turn that is cut short fails with ShuttingDown.
        """
        self._closed = True
        self._prewarming.stop()
        if self._cleaning is not None:
            self._cleaning.cancel()
            with suppress(asyncio.CancelledError):
                await self._cleaning
            self._cleaning = None
        if grace > 0:
            await self._hot.until_idle(grace)
        for session in self._hot:
            session.stop_turn(Stop.SHUTDOWN)
        await self._hot.until_idle(self._settings.drain_timeout)
        await self._connector.spares.stop()
        await self._hot.close_all()
        await self._guard.__aexit__(None, None, None)

    def stats(self) -> dict[str, Any]:
        """What is connected and what was done so far; plain JSON, no chat text."""
        spares = len(self._connector.spares)
        stats = session_stats(
            self._hot,
            self._removal.on_record.values(),
            self._counts,
            self._settings,
            self._clock(),
        )
        return stats | {"spares": spares}

    async def _run(self, order: Order) -> TurnResult:
        """A client that died while nobody looked has not read the prompt: once more, resumed."""
        started = monotonic()
        session, tier = await self._session_for(order.lane, order.bot, order.on_event)
        try:
            answer = await self._ask(session, tier, order)
        except SessionGone:
            log.info("session_closed", lane=str(order.lane), reason="client_died", pid=session.pid)
            session, tier = await self._session_for(order.lane, order.bot, order.on_event)
            answer = await self._ask_again(session, tier, order)
        return await self._finish(order.lane, session, tier, answer, monotonic() - started)

    async def _session_for(
        self, lane: Lane, bot: Bot, on_event: OnEvent | None
    ) -> tuple[Session, Tier]:
        if self._closed:
            raise ShuttingDown
        session = self._hot.use(lane)
        if session is not None:
            unfit = self._unfit(session, bot)
            if unfit is None:
                log.info("session_hot", lane=str(lane), pid=session.pid, turns=session.turns)
                return session, Tier.HOT
            log.info("session_closed", lane=str(lane), reason=unfit, pid=session.pid)
            await self._removal.close(lane)
        session = await self._connector.connect(lane, bot, _told(on_event))
        return session, session.tier

    def _unfit(self, session: Session, bot: Bot) -> str | None:
        """Why a connected session cannot take the next turn; None when it can."""
        if not session.is_open:
            return "client_died"
        if session.bot != bot:
            return "bot_changed"
        if session.turns >= self._settings.session_max_turns:
            return "max_turns"
        if session.memory > self._settings.session_max_mb * 1024 * 1024:
            return "grown"
        return None

    async def _ask(self, session: Session, tier: Tier, order: Order) -> Answer:
        if order.on_event is not None:
            order.on_event(Started(tier, session.pid))
        prompt = order.prompt
        if session.recap_due and self._recap is not None:
            prompt = f"{await self._recap(order.lane, prompt)}\n\n{prompt}"
        seconds = self._settings.turn_timeout
        answer = await session.run(prompt, on_event=order.on_event, seconds=seconds)
        session.recap_due = False
        return answer

    async def _ask_again(self, session: Session, tier: Tier, order: Order) -> Answer:
        try:
            return await self._ask(session, tier, order)
        except SessionGone as error:
            raise AgentCrashed("two clients died before they read the prompt") from error

    async def _finish(
        self, lane: Lane, session: Session, tier: Tier, answer: Answer, duration: float
    ) -> TurnResult:
        now, folder = self._clock(), session.folder.name
        booked = book(lane, session.record, answer, now, folder=folder)
        self._counts.update(turns=1, cost_micros=round(booked.cost * 1_000_000))
        self._counts[tier.value] += 1
        if lane not in self._removal.pending:
            session.record = booked.record
            await self._save(booked.record, session.fence)
        return TurnResult(
            text=answer.text,
            tier=tier,
            session_id=answer.session_id,
            pid=session.pid,
            num_turns=answer.num_turns,
            usage=answer.usage,
            cost=booked.cost,
            duration=duration,
            folder=session.folder,
        )

    async def _save(self, record: SessionRecord, fence: int) -> None:
        """A full disk, or a Redis that is away, costs the warm tier, not the answer that stands.

        Whoever lost the lane to another consumer gives its client up; what it answered is
        fenced by the queue.
        """
        try:
            await self._records.save(record, fence)
            self._removal.on_record[record.lane] = record
        except Superseded:
            log.warning("session_superseded", lane=str(record.lane))
            await self._removal.close(record.lane)
        except (OSError, RedisError) as error:
            log.error("record_not_saved", lane=str(record.lane), reason=type(error).__name__)

    async def _drop_unanswered(self, lane: Lane) -> None:
        session = self._hot.peek(lane)
        if session is not None and session.unanswered:
            log.info("session_closed", lane=str(lane), reason="rerun", pid=session.pid)
            await self._removal.close(lane)


def _told(on_event: OnEvent | None) -> Callable[[int], None] | None:
    if on_event is None:
        return None
    return lambda busy: on_event(Waiting(busy))
