"""The session actor: one task owns one client from connect to close and takes its turns.

    CONNECTING ──▶ IDLE ◀──▶ BUSY ──▶ DRAINING ──▶ IDLE
         └──────────┴─────────┴───────────┴──────▶ DEAD

A turn that is stopped is interrupted and read to its own end, or the client is thrown away:
so nothing of it ever reaches the next turn.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import structlog

from consumer.sessions.agent import AgentClient
from consumer.sessions.errors import (
    AgentCrashed,
    AgentFailed,
    AgentUnavailable,
    SessionGone,
    ShuttingDown,
)
from consumer.sessions.events import Tier
from consumer.sessions.memory import private_bytes
from consumer.sessions.records import SessionRecord
from consumer.sessions.settings import SessionSettings
from consumer.sessions.turn import Answer, OnEvent, Stop, Turn
from shared.bots import Bot
from shared.errors import AgentError
from shared.lane import Lane

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]


class State(StrEnum):
    """Where a session is in its life."""

    CONNECTING = "connecting"
    IDLE = "idle"
    BUSY = "busy"
    DRAINING = "draining"
    DEAD = "dead"


async def _nothing() -> None:
    """The end of a session that nobody keeps books on."""


@dataclass(slots=True, eq=False)
class _Ask:
    """A turn in the mailbox, and who waits for it."""

    turn: Turn
    seconds: float
    answered: "asyncio.Future[Answer]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Session:
    """One connected client. `start` first, `close` last; both in any task."""

    def __init__(
        self,
        client: AgentClient,
        *,
        bot: Bot,
        folder: Path,
        settings: SessionSettings,
        clock: Clock,
        tier: Tier = Tier.COLD,
        on_change: Callable[["Session"], None] = lambda _: None,
        on_end: Callable[[], Awaitable[None]] = _nothing,
    ) -> None:
        self.lane: Lane | None = None
        """None while it is a spare."""
        self.bot = bot
        self.folder = folder
        """The agent's working directory."""
        self.tier = tier
        """Where it came from: WARM or COLD."""
        self.record: SessionRecord | None = None
        self.fence = 0
        """What its record is saved under; see SessionRecords."""
        self.state = State.CONNECTING
        self.turns = 0
        self.unanswered = False
        """Whether its last turn ended without an answer."""
        self.recap_due = False
        """Whether the conversation on record was lost, so that it starts knowing nothing."""
        self.created_at = self.last_used = clock()
        self._client = client
        self._settings = settings
        self._clock = clock
        self._on_change = on_change
        self._on_end = on_end
        self._mailbox: asyncio.Queue[_Ask | None] = asyncio.Queue()
        self._ask: _Ask | None = None
        self._scope: asyncio.Timeout | None = None
        self._interrupt: asyncio.Task[None] | None = None
        self._connected: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._life: asyncio.Task[None] | None = None
        self._closed_because: AgentError | None = None

    @property
    def pid(self) -> int | None:
        """The agent's process id."""
        return self._client.pid

    @property
    def memory(self) -> int:
        """Bytes the agent's process alone holds."""
        return private_bytes(self.pid) if self.pid else 0

    @property
    def is_open(self) -> bool:
        """Whether it can take a turn, now or after the one it is at."""
        return self.state is not State.DEAD

    async def start(self) -> None:
        """Connect; raises what `AgentClient.connect` raises, after which the session is dead.

        A caller that is cancelled meanwhile has to `close` it.
        """
        self._life = asyncio.create_task(self._live(), name="session")
        await asyncio.shield(self._connected)

    async def run(self, prompt: str, *, on_event: OnEvent | None, seconds: float) -> Answer:
        """Take one turn within `seconds`. Turns of one session run one after the other.

        Cancelling the caller interrupts the turn; the session drains by itself meanwhile.
        Raises a TurnFailed, or SessionGone when it was dead before it read the prompt.
        """
        if self.state is State.DEAD:
            raise SessionGone
        ask = _Ask(Turn(prompt, on_event), seconds)
        self._mailbox.put_nowait(ask)
        try:
            return await ask.answered
        except asyncio.CancelledError:
            self._stop(ask, Stop.CANCELLED)
            raise

    def stop_turn(self, reason: Stop) -> None:
        """Interrupt the running turn, if there is one."""
        if self._ask is not None:
            self._stop(self._ask, reason)

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
                while (ask := await self._mailbox.get()) is not None:
                    await self._answer(ask)
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

    async def _answer(self, ask: _Ask) -> None:
        if ask.answered.done():
            return  # cancelled before its turn came
        self._ask = ask
        self._enter(State.BUSY)
        try:
            await self._read_to_the_end(ask)
            await self._finish_interrupt()
            self._resolve(ask)
        except BaseException as error:
            _fail(ask, self._outcome_of(error))
            raise
        finally:
            self._ask = None
        self.turns += 1
        self.last_used = self._clock()
        self._enter(State.IDLE)

    async def _read_to_the_end(self, ask: _Ask) -> None:
        """Read the turn up to its Ended; raises AgentError when that does not come."""
        deadline = asyncio.get_running_loop().call_later(
            ask.seconds, self._stop, ask, Stop.TIMED_OUT
        )
        try:
            async with asyncio.timeout(None) as self._scope:
                async for message in self._client.ask(ask.turn.prompt):
                    ask.turn.take(message)
                    if ask.turn.is_unauthorized(message):
                        self._stop(ask, Stop.UNAUTHORIZED)
        except TimeoutError as error:
            log.warning("turn_not_drained", lane=str(self.lane), pid=self.pid)
            self._resolve(ask)
            raise AgentCrashed("the turn did not end after its interrupt") from error
        finally:
            deadline.cancel()
            self._scope = None

    def _stop(self, ask: _Ask, reason: Stop) -> None:
        """Interrupt the turn and give it `drain_timeout` to end; a second stop changes nothing."""
        if ask is not self._ask or self._scope is None or ask.turn.stop is not None:
            return
        ask.turn.stop = reason
        self.state = State.DRAINING
        loop = asyncio.get_running_loop()
        self._scope.reschedule(loop.time() + self._settings.drain_timeout)
        self._interrupt = asyncio.create_task(self._client.interrupt(), name="interrupt")

    async def _finish_interrupt(self) -> None:
        """Wait for the answer to our interrupt: one that comes late would hit the next turn."""
        if self._interrupt is None:
            return
        interrupt, self._interrupt = self._interrupt, None
        done, _ = await asyncio.wait({interrupt}, timeout=self._settings.drain_timeout)
        if not done:
            interrupt.cancel()
            raise AgentCrashed("the interrupt was not answered")

    def _resolve(self, ask: _Ask) -> None:
        """Give the turn's outcome to whoever waits for it."""
        try:
            answer = ask.turn.answer()
        except AgentError as error:
            self.unanswered = True
            _fail(ask, error)
            return
        self.unanswered = False
        if not ask.answered.done():
            ask.answered.set_result(answer)

    async def _die(self, reason: AgentError) -> None:
        self.state = State.DEAD
        self._fail_connect(reason)
        if self._interrupt is not None:
            self._interrupt.cancel()
        while not self._mailbox.empty():
            waiting = self._mailbox.get_nowait()
            if waiting is not None:
                _fail(waiting, SessionGone())
        await self._client.close()
        await self._on_end()
        self._on_change(self)

    def _enter(self, state: State) -> None:
        self.state = state
        self._on_change(self)


def _fail(ask: _Ask, error: AgentError) -> None:
    if not ask.answered.done():
        ask.answered.set_exception(error)
