"""Sends conversations to other consumers: ends their clients here, then lets their lanes go.

A lane that is let go may be answered by whichever consumer has room.
"""

import asyncio
from collections.abc import Callable

import structlog
from redis.exceptions import RedisError

from consumer.archive.lane_gates import LaneGates
from consumer.sessions.pool.hot_sessions import HotSessions
from consumer.sessions.pool.own_lanes import Homes
from shared.lane import Lane

EVERY_S = 60.0
"""How often homes are looked for that nothing here needs any more (a claim made them, and no client
followed, or Redis was away when it ended), and clients that are open beside another home: Redis has
forgotten that it was here."""

log = structlog.get_logger(__name__)


class Departures:
    """Closes clients, idle ones at once, others after their turn; Redis is told of their lanes when
    the processes have ended, never while somebody here is at one of them.

    The service tells it what the queue knows of a lane; nothing here waits for that to be done.
    """

    def __init__(self, homes: Homes, hot: HotSessions, gates: LaneGates) -> None:
        self.open_no_more: Callable[[], None] = lambda: None
        """Called before all is left: nothing is opened ahead of a turn from then on."""
        self._homes = homes
        self._hot = hot
        self._gates = gates
        self._all = False
        self._to_go: set[Lane] = set()
        self._stale: set[Lane] = set()
        self._telling: dict[asyncio.Task[None], Lane] = {}
        hot.on_free, hot.telling = self.settled, self._told_of

    def send_away(self, lane: Lane) -> None:
        """Another may answer the lane: close its client now, or when who is at it is done."""
        self._to_go.add(lane)
        if not self._gates.is_held(lane):
            self.end_of_hold(lane)
            self.settled(lane)

    def leave(self) -> None:
        """The same for every lane, those that are still opened here as well. Idempotent."""
        self.open_no_more()
        self._all = True
        for session in self._hot:
            if session.lane is not None:
                self.send_away(session.lane)

    def end_of_hold(self, lane: Lane) -> None:
        """Whoever was at the lane is done; still under its gate."""
        if self._all or lane in self._to_go:
            self._to_go.discard(lane)
            self._hot.end(lane)

    def settled(self, lane: Lane) -> None:
        """Something of the lane has ended here: a message, a client, a turn, a look at it. Where
        nothing here needs the lane any more, it is let go. Returns at once."""
        if not self._is_needed(lane):
            task = asyncio.create_task(self._let_go(lane), name="let go")
            self._telling[task] = lane
            task.add_done_callback(self._telling.pop)

    def moved(self, lane: Lane) -> None:
        """The lane was answered elsewhere since its client was here, which knows nothing of that.

        Call it before the lane's next turn here begins. The client ends at once, with what it may
        be at: that was claimed by another meanwhile.
        """
        self._stale.add(lane)
        self._hot.end(lane)

    def was_elsewhere(self, lane: Lane) -> bool:
        """Whether it moved, and nobody asked since: what is connected came too early to know."""
        stale = lane in self._stale
        self._stale.discard(lane)
        return stale

    async def run(self) -> None:
        """Let go now and then what is ours without a need, and close what is not; never returns."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                for lane in await self._homes.mine() or ():
                    self.settled(lane)
                for lane in await self._homes.elsewhere():
                    if not self._gates.is_held(lane):
                        self._hot.end(lane)
            except RedisError as error:
                log.warning("homes_unknown", reason=type(error).__name__)

    async def all_told(self) -> None:
        """Wait until Redis was told of all lanes that are let go."""
        while self._telling:
            await asyncio.wait([*self._telling])

    async def _let_go(self, lane: Lane) -> None:
        if self._is_needed(lane):
            return  # since it was looked at
        try:
            await self._homes.let_go(lane)
        except RedisError as error:  # `run` tries again; meanwhile others ask us for it
            log.warning("lane_not_let_go", lane=str(lane), reason=type(error).__name__)

    def _told_of(self, lane: Lane) -> list[asyncio.Task[None]]:
        """What tells of it just now: whoever opens the lane here waits for that, or it would be of
        the next client."""
        return [task for task, told in self._telling.items() if told == lane]

    def _is_needed(self, lane: Lane) -> bool:
        return self._gates.is_held(lane) or self._hot.has_client(lane)
