"""Takes sessions away: closes the client, and for a reset or after the TTL forgets the rest too."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import structlog

from consumer.agent.errors import SessionReset, Superseded
from consumer.archive.archive import Archive
from consumer.archive.lane_gates import LaneGates
from consumer.ending_tasks import to_its_end
from consumer.sessions.pool.departures import Departures
from consumer.sessions.pool.hot_sessions import HotSessions
from consumer.sessions.pool.own_lanes import OwnLanes
from shared.between_processes.commands import Reset
from shared.between_processes.resets import Scope
from shared.lane import Lane

log = structlog.get_logger(__name__)


class Removal:
    """Takes sessions away, also from under a running turn."""

    def __init__(
        self,
        archive: Archive,
        hot: HotSessions,
        gates: LaneGates,
        own: OwnLanes,
        departures: Departures,
    ) -> None:
        self._pending: dict[Lane, str | None] = {}
        """Lanes reset while somebody was at them, and the session's id: nothing of it is left."""
        self._under_way = LaneGates()
        """A reset of a lane and its holder's end never work at the same time: else the lane's
        next turn would begin in between, and lose its new record to the reset of the old."""
        self._archive = archive
        self._hot = hot
        self._gates = gates
        self._own = own
        self._departures = departures

    @asynccontextmanager
    async def hold(self, lane: Lane) -> AsyncIterator[None]:
        """Hold the lane until the block ends: whoever makes or uses its session does so here.

        If the lane was reset meanwhile, what the block left goes as well.
        """
        try:
            async with self._gates.hold(lane):
                try:
                    yield
                finally:
                    await to_its_end(self._finish_reset(lane))
                    self._departures.end_of_hold(lane)
        finally:
            self._hot.notify()  # a session that nobody holds any more may make room
            self._departures.settled(lane)

    def is_reset(self, lane: Lane) -> bool:
        """Whether the lane was reset during a turn that still runs: it must leave no record."""
        return lane in self._pending

    async def remove(self, lane: Lane, *, forget: bool) -> None:
        """Throw the lane's client away, running turn and all; with `forget` its record too."""
        while self._gates.is_held(lane):
            if forget:
                self._pending.setdefault(lane, None)
            async with self._under_way.hold(lane):
                if not forget or lane in self._pending:  # else its holder was done before us
                    await self._remove(lane, forget=forget, in_use=True)
                    return
        async with self.hold(lane):
            await self._remove(lane, forget=forget, in_use=False)

    async def remove_all(
        self, scope: Scope, *, forget: bool, before: datetime | None = None
    ) -> int:
        """`remove` the lanes of a room, a bot, both or (None, None) all; gives how many.

        None of those whose home is another consumer: it is asked for the same. `before`: none whose
        conversation began after that.
        """
        room_id, bot_id = scope
        meant = [
            lane
            for lane in await self._begun(before)
            if room_id in (None, lane.room_id) and bot_id in (None, lane.bot_id)
        ]
        return sum([await self._remove_own(lane, forget) for lane in await self._own.of(meant)])

    async def reset(self, which: Reset) -> None:
        """Forget the sessions that the command means: none that began after it was sent."""
        asked = await self._archive.last_reset(which.scope)
        count = await self.remove_all(which.scope, forget=True, before=asked)
        log.info("sessions_reset", room=which.room_id, bot=which.bot_id, count=count)

    async def clean_up(self) -> int:
        """Forget what nobody used for its TTL and nobody uses now; how many lanes that were."""
        stale = await self._own.of(await self._idle_since_the_ttl())
        return sum([await self._expire(lane) for lane in stale if not self._is_in_use(lane)])

    async def _begun(self, before: datetime | None) -> set[Lane]:
        """Lanes with a conversation that began before then, or (None) ever."""
        began = {record.lane: record.created_at for record in await self._archive.all()}
        began |= {session.lane: session.began for session in self._hot if session.lane}
        begun = {lane for lane, at in began.items() if before is None or at <= before}
        return begun | (self._gates.held - began.keys())

    async def _remove_own(self, lane: Lane, forget: bool) -> bool:
        """Unless it goes on elsewhere by now: who opened it there knows that it was reset."""
        try:
            if not await self._own.take(lane):
                return False
            await self.remove(lane, forget=forget)
        except Superseded:
            return False
        self._departures.settled(lane)
        return True

    async def _expire(self, lane: Lane) -> bool:
        """Forget the lane unless somebody came to use it while others were being cleaned up."""
        if self._is_in_use(lane):
            return False
        async with self.hold(lane):
            if not await self._own.take(lane):
                return False  # somebody answers it elsewhere
            record, session = await self._archive.load(lane), self._hot.peek(lane)
            moments = [known.last_used for known in (record, session) if known is not None]
            if not moments or not self._archive.is_stale(lane, max(moments)):
                return False
            log.info("session_expired", lane=str(lane))
            await self._remove(lane, forget=True, in_use=False)
            return True

    async def _finish_reset(self, lane: Lane) -> None:
        if lane not in self._pending:
            return
        async with self._under_way.hold(lane):
            session_id = self._pending.pop(lane)
            await self._discard(lane)
            if session_id is not None:
                await self._archive.forget_transcript(session_id)

    async def _remove(self, lane: Lane, *, forget: bool, in_use: bool) -> None:
        if not forget:
            await self._hot.close(lane, SessionReset())
            return
        await self._archive.own(lane)  # nobody who had the lane before writes it back
        await self._discard(lane)
        record = await self._archive.forget(lane, in_use=in_use)
        if record is not None and lane in self._pending:
            self._pending[lane] = record.session_id

    async def _discard(self, lane: Lane) -> None:
        """Close the lane's client as one that is on no record: its transcript goes with it."""
        session = self._hot.peek(lane)
        if session is not None:
            session.conversation.is_forgotten()
        await self._hot.close(lane, SessionReset())
        await self._hot.closed(lane)

    async def _idle_since_the_ttl(self) -> list[Lane]:
        await self._archive.look()
        used = await self._archive.unused()
        used.update({s.lane: s.last_used for s in self._hot if s.lane is not None})
        return [lane for lane, moment in used.items() if self._archive.is_stale(lane, moment)]

    def _is_in_use(self, lane: Lane) -> bool:
        session = self._hot.peek(lane)
        at_work = session is not None and not session.is_idle
        return at_work or self._gates.is_held(lane)
