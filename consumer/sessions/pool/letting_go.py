"""Letting lanes go: a lane whose client has ended here may be answered by whoever has room."""

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


class LettingGo:
    """Tells Redis of lanes without a client, never while somebody here is at one of them."""

    def __init__(self, homes: Homes, hot: HotSessions, gates: LaneGates) -> None:
        self.on_elsewhere: Callable[[Lane], None] = lambda _: None
        """Told of a lane that is another's home's, and of which an idle client is here."""
        self._homes = homes
        self._hot = hot
        self._gates = gates
        self._telling: dict[asyncio.Task[None], Lane] = {}
        hot.on_free, hot.telling = self.look_at, self._told_of

    def look_at(self, lane: Lane) -> None:
        """Something of the lane has ended here: a client, a turn, a look at it. Returns at once."""
        if not self._is_needed(lane):
            task = asyncio.create_task(self._let_go(lane), name="let go")
            self._telling[task] = lane
            task.add_done_callback(self._telling.pop)

    async def run(self) -> None:
        """Let go now and then what is ours without a need, and close what is not; never returns."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                for lane in await self._homes.mine() or ():
                    self.look_at(lane)
                for lane in await self._homes.elsewhere():
                    if self._hot.has_client(lane) and not self._gates.is_held(lane):
                        self.on_elsewhere(lane)
            except RedisError as error:
                log.warning("homes_unknown", reason=type(error).__name__)

    async def settled(self) -> None:
        """Wait until all is told that was to be told."""
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
