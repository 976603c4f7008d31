"""The connected sessions, bounded by number and memory; the least recently used one makes room."""

import asyncio
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress

import structlog

from consumer.agent.memory_share import MIB, expected_mb
from consumer.agent.settings import SessionSettings
from consumer.sessions.pool.closing import Closing
from consumer.sessions.session.session import Session, State
from shared.errors import AgentError
from shared.lane import Lane

log = structlog.get_logger(__name__)

PATIENCE_S = 30.0
"""So long whoever connects a client ahead of time waits for an idle moment."""


class HotSessions:
    """Starts clients and evicts them, within a number of them and a bound of memory.

    Every client counts from before it starts until it is gone. A session at work, or held by a
    turn, is never evicted.
    """

    def __init__(self, settings: SessionSettings, is_held: Callable[[Lane], bool]) -> None:
        self.evicted = 0
        self.give_up_spare: Callable[[], bool] = lambda: False
        """Closes a spare for the sake of a lane, if there is one; Spares puts itself here."""
        self.on_free: Callable[[Lane], None] = lambda _: None
        """Told of a lane whenever a client of it, or somebody's hold of it, has ended."""
        self.telling: Callable[[Lane], list[asyncio.Task[None]]] = lambda _: []
        """What tells that a lane is free, and must be over before it is opened again."""
        self._settings = settings
        self._is_held = is_held
        self._by_lane: dict[Lane, Session] = {}
        self._starting: set[Session] = set()
        self._spares: set[Session] = set()
        self._connects = asyncio.Semaphore(settings.max_connecting)
        self._changed = asyncio.Condition()
        self._waiting = 0
        self._closing = Closing(self._gone)
        self._notices: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._by_lane)

    def __iter__(self) -> Iterator[Session]:
        """Least recently used first."""
        return iter(list(self._by_lane.values()))

    @property
    def busy(self) -> int:
        """Sessions at work."""
        return sum(session.state in (State.BUSY, State.DRAINING) for session in self)

    @property
    def folders(self) -> set[str]:
        """The names of the folders in which a client is at home, or was until a moment ago."""
        return {session.folder.name for session in self._clients()}

    def use(self, lane: Lane) -> Session | None:
        """The lane's session, now the most recently used."""
        session = self._by_lane.pop(lane, None)
        if session is not None:
            self._by_lane[lane] = session
        return session

    def peek(self, lane: Lane) -> Session | None:
        """The lane's session; its place in the order stays."""
        return self._by_lane.get(lane)

    async def start(
        self, lane: Lane, session: Session, on_wait: Callable[[int], None] | None = None
    ) -> None:
        """Connect `session` as the lane's, once there is room for it.

        Evicts the least recently used idle one for that, or waits; `on_wait` is then told how
        many sessions are at work. Raises what `Session.start` raises.
        """
        session.belongs_to(lane)
        await self._make_room(lane, session, on_wait)
        await self._connect(session)
        self._add(lane, session)
        self.notify()

    async def start_spare(self, session: Session) -> bool:
        """Connect a session without a lane, where there is room without evicting any.

        It keeps its place until `adopt` or `close_soon`. Raises what `Session.start` raises.
        """
        if self._is_full(self._expected_mb(session)):
            return False
        self._starting.add(session)
        await self._connect(session)
        self._spares.add(session)
        return True

    async def room_ahead(self, lane: Lane, keep: Collection[Lane] | None) -> bool:
        """Whether a session may start before its lane's turn; an idle one goes for it, if need be.

        None of the lanes to `keep` does; None keeps all. A turn that wants a place goes first.
        """
        if self._is_full() and keep is not None and not self._closing:
            self._evict_one(lane, keep)
        while self._is_full() and self._closing and not self._waiting:
            await self._closing.one()
        in_the_way = bool(self._waiting or (self._starting and keep is not None))
        return not in_the_way and not self._is_full()

    async def start_ahead(self, lane: Lane, session: Session) -> bool:
        """Connect a lane's session before it is asked for; as `start_spare`."""
        session.belongs_to(lane)
        if not await self.start_spare(session):
            return False
        self.adopt(lane, session)
        return True

    def adopt(self, lane: Lane, spare: Session) -> None:
        """Make a spare the lane's session, in the place it holds already."""
        self._spares.discard(spare)
        self._add(lane, spare)
        self.notify()

    async def _connect(self, session: Session) -> None:
        try:
            async with self._connects:
                await session.start()
        except BaseException:
            self.close_soon(session)
            raise
        finally:
            self._starting.discard(session)

    def _add(self, lane: Lane, session: Session) -> None:
        session.belongs_to(lane)
        if session.is_open:
            self._by_lane[lane] = session

    def changed(self, session: Session) -> None:
        """A session changed its state: a dead one is dropped, an idle one may make room."""
        lane = session.lane
        if lane is not None and not session.is_open and self._by_lane.get(lane) is session:
            del self._by_lane[lane]
            self.on_free(lane)
        if session.state is State.IDLE:
            self._shrink()
        if session.state is not State.BUSY:
            self.notify()

    def has_client(self, lane: Lane) -> bool:
        """Whether a process of the lane's lives: connected, connecting, or not ended yet."""
        return any(session.lane == lane for session in self._clients())

    async def close(self, lane: Lane, reason: AgentError | None = None) -> None:
        """`end`, and wait until it is gone."""
        if lane in self._by_lane:
            self.end(lane, reason)
            await self.closed(lane)

    def end(self, lane: Lane, reason: AgentError | None = None) -> None:
        """Close the lane's session, if it has one; a running turn fails with `reason`."""
        session = self._by_lane.get(lane)
        if session is not None:
            self.close_soon(session, reason)

    def close_soon(self, session: Session, reason: AgentError | None = None) -> None:
        """Close a session, the lane's or one without; it keeps its place until it is gone."""
        lane = session.lane
        if lane is not None and self._by_lane.get(lane) is session:
            del self._by_lane[lane]
        self._spares.discard(session)
        self._closing.start(session, reason)

    async def close_all(self) -> None:
        """Close every session, those that are connecting as well, and wait until all are gone."""
        for session in [*self, *self._starting]:
            self.close_soon(session)
        await self.settled()

    async def until_idle(self, seconds: float = PATIENCE_S) -> None:
        """Wait until no session is at work, `seconds` at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self.busy == 0 and not self._starting)

    def notify(self) -> None:
        """Something ended: whoever waits for room looks again."""
        notice = asyncio.ensure_future(self._notify())
        self._notices.add(notice)
        notice.add_done_callback(self._notices.discard)

    async def closed(self, lane: Lane) -> None:
        """Wait until no client of the lane is being closed: to its end it writes the transcript."""
        if ending := [*self._closing.of(lane), *self.telling(lane)]:
            await asyncio.wait(ending)

    async def settled(self) -> None:
        """Wait until every session that is being closed is gone."""
        while self._closing or self._notices:
            await asyncio.wait([*self._closing.tasks, *self._notices])

    def _gone(self, session: Session) -> None:
        if session.lane is not None:
            self.on_free(session.lane)
        self.notify()

    async def _make_room(
        self, lane: Lane, session: Session, on_wait: Callable[[int], None] | None
    ) -> None:
        """Wait for a place and take it; each who waits sees to it that one session goes."""
        async with self._changed:
            self._waiting += 1
            try:
                while self._is_full(self._expected_mb(session)):
                    goes = len(self._closing) >= self._waiting or self._evict_one(lane)
                    if not goes and on_wait is not None:
                        on_wait(self.busy)
                        on_wait = None
                    await self._changed.wait()
                self._starting.add(session)
            finally:
                self._waiting -= 1

    def _is_full(self, coming_mb: int | None = None) -> bool:
        """Whether one more client would pass a bound; one alone is always let in."""
        coming_mb = coming_mb or self._settings.agent_memory.session_mb
        clients = self._clients()
        if len(clients) >= self._settings.hot_limit:
            return True
        return bool(clients) and self._memory_mb() + coming_mb > self._settings.memory_limit_mb

    def _memory_mb(self) -> int:
        """What all clients hold, in MiB; one that is starting counts as it will be."""
        held = sum(session.memory for session in self._clients() - self._starting) // MIB
        return held + sum(map(self._expected_mb, self._starting))

    def _expected_mb(self, session: Session) -> int:
        return expected_mb(session.bot, self._settings.agent_memory)

    def _clients(self) -> set[Session]:
        return {
            *self._by_lane.values(),
            *self._starting,
            *self._spares,
            *self._closing.sessions,
        }

    def _shrink(self) -> None:
        """Clients grow with their turns: past the bound the idle ones go, though nobody waits."""
        if self._memory_mb() > self._settings.memory_limit_mb and not self._closing:
            self._evict_one(None)

    def _evict_one(self, lane: Lane | None, keep: Collection[Lane] = ()) -> bool:
        """Give up a spare, else send the least recently used idle session to warm.

        False when there is neither.
        """
        if self.give_up_spare():
            return True
        for session in self:
            owner = session.lane
            if owner is None or owner in keep or not self._is_free(session):
                continue
            self.evicted += 1
            why = f"for {lane}" if lane is not None else "memory"
            log.info("session_evicted", lane=str(owner), why=why, pid=session.pid)
            self.close_soon(session)
            return True
        return False

    def _is_free(self, session: Session) -> bool:
        held = session.lane is not None and self._is_held(session.lane)
        return session.state is State.IDLE and not held

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()
