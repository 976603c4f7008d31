"""The session manager: gives each lane a client (hot, warm or cold), and runs its turns."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import structlog
from redis.exceptions import RedisError

from consumer.agent.agent_client import ConnectClient
from consumer.agent.errors import AgentUnavailable
from consumer.agent.events import OnEvent
from consumer.agent.settings import SessionSettings
from consumer.agent.spending import UNMETERED, Meter
from consumer.archive.archive import Archive
from consumer.archive.disk_records import DiskRecords
from consumer.archive.records import Clock, SessionRecords
from consumer.archive.transcripts import DiskTranscripts, Transcripts, delete_memories
from consumer.archive.workspaces import Workspaces
from consumer.claude.client import claude_clients
from consumer.claude.environment import keep_key
from consumer.claude.files.temp_folders import tidy_temp_folders
from consumer.claude.guard import Guard
from consumer.mcp.board import ServerBoard
from consumer.sessions.books.bookkeeping import Bookkeeping
from consumer.sessions.books.reports import Account, account, session_stats
from consumer.sessions.pool.own_lanes import Homes, NoOthers
from consumer.sessions.pool.pool import SessionPool
from consumer.sessions.session.session import Session
from consumer.sessions.turn_request import GetAsking, GetBrief, TurnRequest, TurnResult
from consumer.sessions.turn_runner import TurnRunner
from consumer.tool_calls.tooling import Tooling
from shared.between_processes.commands import Reset
from shared.between_processes.service_status import ServiceStatus
from shared.bots import Bot
from shared.errors import AgentError
from shared.lane import Lane

log = structlog.get_logger(__name__)


class SessionManager:
    """Owns every session of this process. An async context manager; what lies in DATA_DIR is
    another's too until `keep_clean` is called."""

    def __init__(
        self,
        settings: SessionSettings,
        *,
        records: SessionRecords | None = None,
        transcripts: Transcripts | None = None,
        make_client: ConnectClient | None = None,
        tooling: Tooling | None = None,
        member: str = "",
        homes: Homes | None = None,
        is_first: Callable[[], bool] = lambda: True,
        clock: Clock = lambda: datetime.now(UTC),
    ) -> None:
        """Where others may answer too: `member`, what we are called among them; `homes`, whose each
        lane is; `is_first`, whether those that are nobody's are ours to look after."""
        self._settings = settings
        self._tooling = tooling = tooling or Tooling()
        self._clock = clock
        workspaces = Workspaces(settings.workspaces_dir, member=member)
        self._archive = archive = Archive(
            records or DiskRecords(settings.records_dir),
            transcripts or DiskTranscripts(settings.claude_dir),
            workspaces,
            settings.ttl,
            clock,
        )
        self._pool = SessionPool(
            settings,
            archive,
            workspaces,
            make_client or claude_clients(settings, tooling=tooling),
            clock,
            tooling,
            homes or NoOthers(),
            is_first,
        )
        self.departures = self._pool.departures
        """What sends conversations to other consumers."""
        self._books = Bookkeeping(
            archive, self._pool.hot, self._pool.removal.is_reset, clock, tooling.audit
        )
        self._turns = TurnRunner(settings, self._pool.lanes, self._books)
        self._guard = Guard(settings.run_dir)

    @property
    def servers(self) -> ServerBoard:
        """What is seen of the bots' MCP servers."""
        return self._tooling.servers

    async def __aenter__(self) -> Self:
        for folder in (self._settings.claude_dir, self._settings.home_dir):
            folder.mkdir(parents=True, exist_ok=True)
        keep_key(self._settings)
        await asyncio.to_thread(tidy_temp_folders)
        await self._guard.__aenter__()
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
        brief: GetBrief | None = None,
        get_asking: GetAsking | None = None,
        job: str | None = None,
        within_s: float | None = None,
        meter: Meter = UNMETERED,
    ) -> TurnResult:
        """One message through the lane's agent.

        `brief`: gives what is to stand before the prompt, `get_asking` (then) for whom tools are
        called: for nobody without. `job`: its id; a turn of it that is on
        record already, because its answer got lost or it was interrupted, is cut off first.
        `within_s`: seconds that are left for it, where an earlier attempt used some up. `meter`: is
        told what it uses up, at whatever end, and may end it.
        Cancelling is safe at any moment: the turn is interrupted and never shows in the next one.
        Raises a TurnFailed, or what `brief` does; the lane's next turn works.
        """
        request = TurnRequest(
            lane=lane,
            bot=bot.in_room(lane.room_id),
            prompt=prompt,
            on_event=on_event,
            brief=brief,
            get_asking=get_asking,
            job=job,
            within_s=within_s,
            meter=meter,
        )
        async with self._pool.removal.hold(lane):
            try:
                return await self._turns.run(request)
            except AgentError:
                self._books.counts["failed"] += 1
                raise
            except RedisError as error:
                raise AgentUnavailable("the session store did not answer") from error

    async def get_or_create_client(self, lane: Lane, bot: Bot) -> Session:
        """The lane's session: the connected one, one resumed from its record, or a new one.

        To call ahead of a message; `run_turn` does it by itself. Raises a TurnFailed when no
        client can be connected.
        """
        async with self._pool.removal.hold(lane):
            session, _ = await self._pool.lanes.session_for(lane, bot.in_room(lane.room_id))
            return session

    def keep_spares(self, bots: Iterable[Bot]) -> None:
        """Keep `SPARE_SESSIONS` clients of each of these bots connected ahead of time.

        Call it at start and whenever a bot's file changed; it returns at once.
        """
        self._pool.keep_spares(bots)

    async def prewarm(self, bots: Mapping[str, Bot]) -> None:
        """Resume the conversations that went on lately, newest first, while nothing else runs.

        Call it once after a start: whoever goes on then meets a hot session.
        """
        await self._pool.prewarming.run(bots)

    async def get_ready(self, lanes: Sequence[Lane], bots: Mapping[str, Bot]) -> None:
        """Messages of these lanes wait for a slot, the next one first: resume what is known.

        One at a time, within the bounds, and never in the way of a turn. Never raises.
        """
        await self._pool.prewarming.get_ready(lanes, bots)

    async def update_session_id(self, lane: Lane, session_id: str) -> None:
        """Put the lane's session id on record; a resume may have given it a new one."""
        await self._books.renamed(lane, session_id)

    async def remove_session(self, lane: Lane, *, forget: bool = False) -> None:
        """Throw the lane's client away, running turn and all; with `forget` its record too."""
        await self._pool.removal.remove(lane, forget=forget)

    async def remove_sessions(
        self, *, room_id: int | None = None, bot_id: str | None = None, forget: bool = False
    ) -> int:
        """`remove_session` for every lane of a room, of a bot, of both, or (neither) for all, as
        far as they are ours.

        Returns how many lanes that were.
        """
        return await self._pool.removal.remove_all((room_id, bot_id), forget=forget)

    async def forget(self, lane: Lane) -> None:
        """Forget the lane's session, whose-ever it is: the word for it is claimed where it is."""
        await self._pool.removal.remove(lane, forget=True)
        log.info("sessions_reset", room=lane.room_id, bot=lane.bot_id, count=1)

    async def reset(self, which: Reset) -> None:
        """Forget the sessions of a room, a bot, a bot in a room, or all of them, that are ours."""
        await self._pool.removal.reset(which)

    async def account(self, lane: Lane) -> Account:
        """What the lane's next message meets and what its session has cost so far.

        Raises OSError or RedisError when its record cannot be read.
        """
        record = await self._archive.load(lane)
        session = self._pool.hot.peek(lane)
        connected = session is not None and session.is_open
        return account(record, connected=connected, missing=self.servers.missing(lane.bot_id))

    async def keep_clean(self) -> None:
        """Clean up now and every `cleanup_interval` seconds; never returns.

        For whoever owns the lanes: a predecessor's spares may still be at work before that. A disk
        or a Redis that fails is tried again.
        """
        while True:
            try:
                log.info("sessions_cleaned_up", count=await self.cleanup_inactive_sessions())
            except (OSError, RedisError) as error:
                log.error("session_cleanup_failed", reason=type(error).__name__)
            await asyncio.sleep(self._settings.cleanup_interval)

    async def cleanup_inactive_sessions(self) -> int:
        """Close clients and delete records unused for the TTL, folders that nobody owns, memories.

        Never one in use. Returns how many lanes were cleaned up.
        """
        await self._archive.tidy(lambda: self._pool.hot.folders)
        await asyncio.to_thread(delete_memories, self._settings.claude_dir)
        return await self._pool.removal.clean_up()

    async def shutdown_all(self, grace: float = 0.0) -> None:
        """Refuse new turns, give running ones `grace` seconds, close all; the records stay.

        Idempotent. A turn that is cut short fails with ShuttingDown.
        """
        await self._pool.close(grace)
        await self._archive.settled()
        await self._guard.__aexit__(None, None, None)

    def stats(self) -> ServiceStatus:
        """What is connected and what was done so far."""
        return session_stats(
            self._pool.hot,
            self._archive.seen,
            self._books.counts,
            self._settings,
            self._clock(),
            self._pool.spares,
            self._tooling,
        )
