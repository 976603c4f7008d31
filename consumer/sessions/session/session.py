"""The session actor: one task owns one client from connect to close and takes its turns.

    CONNECTING ──▶ IDLE ◀──▶ BUSY ──▶ DRAINING ──▶ IDLE
         └──────────┴─────────┴───────────┴──────▶ DEAD

What an exchange does meanwhile is Exchange's affair.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import structlog

from consumer.agent.agent_client import AgentClient, BeforeTool
from consumer.agent.errors import AgentFailed, AgentUnavailable, SessionGone, ShuttingDown
from consumer.agent.events import OnEvent, Tier
from consumer.agent.memory_share import session_bytes
from consumer.agent.settings import SessionSettings
from consumer.agent.spending import UNMETERED, Meter
from consumer.archive.records import Clock
from consumer.sessions.session.conversation import Conversation
from consumer.sessions.session.exchange import Exchange
from consumer.sessions.session.stretch import Answered, Left
from consumer.toolboxes import Asking
from shared.bots import Bot
from shared.errors import AgentError
from shared.lane import Lane

log = structlog.get_logger(__name__)


class State(StrEnum):
    """Where a session is in its life."""

    CONNECTING = "connecting"
    IDLE = "idle"
    BUSY = "busy"
    DRAINING = "draining"
    DEAD = "dead"


async def _nothing() -> None:
    """The end of a session that nobody keeps books on."""


class Session:
    """One connected client. `start` first, `close` last; both in any task."""

    def __init__(
        self,
        client: AgentClient,
        *,
        bot: Bot,
        tools: frozenset[str] = frozenset(),
        folder: Path,
        settings: SessionSettings,
        clock: Clock,
        conversation: Conversation,
        tier: Tier = Tier.COLD,
        on_change: Callable[["Session"], None] = lambda _: None,
        on_end: Callable[[], Awaitable[None]] = _nothing,
    ) -> None:
        self.lane: Lane | None = None
        """None while it is a spare."""
        self.bot = bot
        self.tools = tools
        """Those of our toolboxes that its agent was started with."""
        self.folder = folder
        """The agent's working directory."""
        self.tier = tier
        """Where it came from: WARM or COLD."""
        self.conversation = conversation
        """What its client goes on with."""
        self.state = State.CONNECTING
        self.turns = 0
        self.created_at = self.last_used = clock()
        self._client = client
        self._settings = settings
        self._clock = clock
        self._on_change = on_change
        self._on_end = on_end
        self._mailbox: asyncio.Queue[Exchange | None] = asyncio.Queue()
        self._running: Exchange | None = None
        self._last: Exchange | None = None
        self._connected: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._life: asyncio.Task[None] | None = None
        self._closed_because: AgentError | None = None

    @property
    def pid(self) -> int | None:
        """The agent's process id."""
        return self._client.pid

    @property
    def memory(self) -> int:
        """Bytes that its processes alone hold: the agent's, and MCP servers that are programs."""
        return session_bytes(self.pid, self.bot) if self.pid else 0

    @property
    def is_open(self) -> bool:
        """Whether it can take a turn, now or after the one it is at."""
        return self.state is not State.DEAD

    @property
    def is_idle(self) -> bool:
        """Whether it waits for a turn."""
        return self.state is State.IDLE

    @property
    def began(self) -> datetime:
        """When its conversation did; a record is made when the first turn has ended."""
        record = self.conversation.record
        return min(self.created_at, record.created_at) if record else self.created_at

    def belongs_to(self, lane: Lane) -> None:
        """Give this session, so far a spare, to a lane."""
        self.lane = lane

    async def start(self) -> None:
        """Connect; raises what `AgentClient.connect` raises, after which the session is dead,
        or ShuttingDown where it was closed before.

        A caller that is cancelled meanwhile has to `close` it.
        """
        if self.state is State.DEAD:
            raise ShuttingDown
        self._life = asyncio.create_task(self._live(), name="session")
        await asyncio.shield(self._connected)

    async def run(
        self,
        prompt: str,
        *,
        on_event: OnEvent | None,
        before_tool: BeforeTool,
        seconds: float,
        asking: Asking | None = None,
        meter: Meter = UNMETERED,
    ) -> Answered:
        """Take one turn within `seconds`. Turns of one session run one after the other.

        Cancelling the caller interrupts the turn; the session drains by itself meanwhile.
        Raises a TurnFailed, or SessionGone when it was dead before it read the prompt.
        """
        if self.state is State.DEAD:
            raise SessionGone
        drain_s = self._settings.drain_timeout
        exchange = Exchange(prompt, on_event, before_tool, seconds, drain_s, meter, asking)
        self._last = exchange
        self._mailbox.put_nowait(exchange)
        try:
            return await exchange.answered
        except asyncio.CancelledError:
            exchange.cancel()
            raise

    async def left(self) -> Left | None:
        """Wait for the last turn's end; gives what it left, None if its prompt was never sent."""
        return None if self._last is None else await asyncio.shield(self._last.left)

    def shut_down_turn(self) -> None:
        """Interrupt the running turn, if there is one, for the process goes."""
        if self._running is not None:
            self._running.shut_down()

    async def close(self, reason: AgentError | None = None) -> None:
        """End the client, at once; the running turn, if any, fails with `reason`. Idempotent."""
        if self._life is None:
            self.state = State.DEAD
            return
        if not self._life.done() and self._closed_because is None:
            self._closed_because = reason or ShuttingDown()
            self._mailbox.put_nowait(None)
            if self.state not in (State.IDLE, State.DEAD):  # a dead one is at its last steps
                self._life.cancel()
        await asyncio.wait({self._life})

    async def _live(self) -> None:
        reason: AgentError = SessionGone()
        try:
            if await self._connect():
                self._enter(State.IDLE)
                while (exchange := await self._mailbox.get()) is not None:
                    await self._take(exchange)
        except AgentError as error:
            reason = error
        except asyncio.CancelledError as error:
            reason = self._outcome_of(error)
        except Exception:
            # A fault of ours or the SDK's; this session is lost, the process and the lane go on.
            log.exception("session_failed", lane=str(self.lane), pid=self.pid)
        finally:
            await self._die(reason)

    def _outcome_of(self, error: BaseException) -> AgentError:
        """What whoever waits for a turn is told of the error that ended it."""
        if isinstance(error, AgentError):
            return error
        if isinstance(error, asyncio.CancelledError):
            return self._closed_because or ShuttingDown()
        return AgentFailed(type(error).__name__)

    async def _connect(self) -> bool:
        try:
            async with asyncio.timeout(self._settings.connect_timeout):
                await self._client.connect()
        except TimeoutError:
            self._fail_connect(AgentUnavailable("the agent did not start in time"))
        except AgentError as error:
            self._fail_connect(error)
        else:
            self._connected.set_result(None)
            return True
        return False

    def _fail_connect(self, error: AgentError) -> None:
        if not self._connected.done():
            self._connected.set_exception(error)
            self._connected.exception()  # retrieved: whoever started us may be gone

    async def _take(self, exchange: Exchange) -> None:
        if exchange.answered.done():
            exchange.over(asked=False)
            return  # cancelled before its turn came
        self._running = exchange
        self._enter(State.BUSY)
        try:
            await exchange.run(self._client, self._drain)
        except BaseException as error:
            exchange.fail(self._outcome_of(error))
            exchange.leave()
            raise
        finally:
            self._running = None
            exchange.over()
        self.turns += 1
        self.last_used = self._clock()
        self._enter(State.IDLE)

    def _drain(self) -> None:
        self.state = State.DRAINING

    async def _die(self, reason: AgentError) -> None:
        self.state = State.DEAD
        self._fail_connect(reason)
        while not self._mailbox.empty():
            waiting = self._mailbox.get_nowait()
            if waiting is not None:
                waiting.fail(SessionGone())
                waiting.over(asked=False)
        await self._client.close()
        await self._on_end()
        self._on_change(self)

    def _enter(self, state: State) -> None:
        self.state = state
        self._on_change(self)
