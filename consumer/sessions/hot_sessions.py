"""The connected sessions, least recently used first, and the room there is for more."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress

import structlog

from consumer.sessions.memory import MIB
from consumer.sessions.session import Session, State
from consumer.sessions.settings import SessionSettings
from shared.lane import Lane

log = structlog.get_logger(__name__)


class HotSessions:
    """Bounded by number and memory. A session at work, or held by a turn, is never evicted."""

    def __init__(self, settings: SessionSettings, is_held: Callable[[Lane], bool]) -> None:
        self.evicted = 0
        self.give_up_spare: Callable[[], bool] = lambda: False
        """Closes a spare for the sake of a lane, if there is one; Spares puts itself here."""
        self._settings = settings
        self._is_held = is_held
        self._by_lane: dict[Lane, Session] = {}
        self._starting: set[Session] = set()
        self._reserved = 0
        self._connects = asyncio.Semaphore(settings.max_connecting)
        self._changed = asyncio.Condition()
        self._closing: set[asyncio.Task[None]] = set()
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
        await self._make_room(lane, on_wait)
        self._starting.add(session)
        try:
            async with self._connects:
                await session.start()
            self._add(lane, session)
        except BaseException:
            self.close_soon(session)
            raise
        finally:
            self._starting.discard(session)
            self.release()

    async def start_spare(self, session: Session) -> bool:
        """Connect a session without a lane, where there is room without evicting any.

        It keeps its place until `adopt` or `release`. Raises what `Session.start` raises.
        """
        if self._is_full():
            return False
        self._reserved += 1
        self._starting.add(session)
        try:
            async with self._connects:
                await session.start()
        except BaseException:
            self.close_soon(session)
            self.release()
            raise
        finally:
            self._starting.discard(session)
        return True

    def adopt(self, lane: Lane, spare: Session) -> None:
        """Make a spare the lane's session, in the place it holds already."""
        self._add(lane, spare)
        self.release()

    def release(self) -> None:
        """Give up a place that was held for a session to come."""
        self._reserved -= 1
        self.notify()

    def _add(self, lane: Lane, session: Session) -> None:
        session.lane = lane
        if session.is_open:
            self._by_lane[lane] = session

    def changed(self, session: Session) -> None:
        """A session changed its state: a dead one is dropped, an idle one may make room."""
        lane = session.lane
        if lane is not None and not session.is_open and self._by_lane.get(lane) is session:
            del self._by_lane[lane]
        if session.state is not State.BUSY:
            self.notify()

    def take_out(self, lane: Lane) -> Session | None:
        """Remove the lane's session without closing it."""
        return self._by_lane.pop(lane, None)

    async def close_all(self) -> None:
        """Close every session, those that are connecting as well, and wait until all are gone."""
        for session in [*self, *self._starting]:
            self.close_soon(session)
        self._by_lane.clear()
        await self.settled()

    async def until_idle(self, seconds: float) -> None:
        """Wait until no session is at work, `seconds` at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self.busy == 0 and not self._starting)

    def notify(self) -> None:
        """Something ended: whoever waits for room looks again."""
        notice = asyncio.ensure_future(self._notify())
        self._notices.add(notice)
        notice.add_done_callback(self._notices.discard)

    def close_soon(self, session: Session) -> None:
        """Close a session that was taken out; `settled` waits for it."""
        task = asyncio.create_task(session.close(), name="close session")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def settled(self) -> None:
        """Wait until every session that is being closed is gone."""
        while self._closing or self._notices:
            await asyncio.wait([*self._closing, *self._notices])

    async def _make_room(self, lane: Lane, on_wait: Callable[[int], None] | None) -> None:
        async with self._changed:
            while self._is_full() and not self._evict_one(lane):
                if on_wait is not None:
                    on_wait(self.busy)
                    on_wait = None
                await self._changed.wait()
            self._reserved += 1

    def _is_full(self) -> bool:
        if len(self._by_lane) + self._reserved >= self._settings.hot_limit:
            return True
        limit = self._settings.memory_mb
        return limit is not None and bool(self._by_lane) and self.memory_mb() >= limit

    def memory_mb(self) -> int:
        """What the connected clients hold together, in MiB."""
        return sum(session.memory for session in self) // MIB

    def _evict_one(self, lane: Lane) -> bool:
        """Give up a spare, else send the least recently used idle session to warm.

        False when there is neither.
        """
        if self.give_up_spare():
            return True
        for session in self:
            owner = session.lane
            if owner is None or session.state is not State.IDLE or self._is_held(owner):
                continue
            self.evicted += 1
            log.info("session_evicted", lane=str(owner), for_lane=str(lane), pid=session.pid)
            self.take_out(owner)
            self.close_soon(session)
            return True
        return False

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()
