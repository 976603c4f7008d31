"""What lanes' agents took in of their rooms, remembered once their answers are stored."""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Callable

import structlog
from redis.exceptions import RedisError

from consumer.briefing.briefed import Briefed, Mark
from shared.lane import Lane

MAY_WAIT_S = 3600.0
MOST_LANES = 1000

log = structlog.get_logger()


class Remembering:
    """Waits until an answer is stored: one that gets lost is cut off, and asked for anew."""

    def __init__(self, briefed: Briefed, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._briefed, self._monotonic = briefed, monotonic
        self._written_s: OrderedDict[Lane, float] = OrderedDict()
        """When that of a lane was written last that may wait."""
        self._taken_in: dict[Lane, tuple[int, bool]] = {}
        """The newest message that an answer which is not stored yet knows of; if it may wait."""
        self._under_way: dict[Lane, asyncio.Task[None]] = {}

    async def mark(self, lane: Lane) -> Mark:
        """What the lane's agent was told; raises RedisError. Waits for what is being written."""
        if (remembering := self._under_way.get(lane)) is not None:
            await asyncio.wait([remembering])
        return await self._briefed.mark(lane)

    def begins(self, lane: Lane) -> None:
        """A turn begins: what one before it took in, whose answer was not stored, is forgotten."""
        self._taken_in.pop(lane, None)

    def takes_in(self, lane: Lane, newest: int, *, may_wait: bool) -> None:
        """The lane's agent knows of all up to this message; what may wait is written once an hour:
        a Campfire that is updated may show it again, and a reset finds the lane by it."""
        self._taken_in[lane] = newest, may_wait

    def stored(self, lane: Lane) -> None:
        """Its answer is stored: written beside the answer's way into the room."""
        newest, may_wait = self._taken_in.pop(lane, (None, False))
        if newest is not None and (not may_wait or self._is_due(lane)):
            task = asyncio.create_task(self._remember(lane, newest), name="told")
            self._under_way[lane] = task
            task.add_done_callback(lambda _: self._under_way.pop(lane, None))

    def _is_due(self, lane: Lane) -> bool:
        now = self._monotonic()
        if now - self._written_s.get(lane, -math.inf) < MAY_WAIT_S:
            return False
        self._written_s[lane] = now
        self._written_s.move_to_end(lane)
        if len(self._written_s) > MOST_LANES:
            self._written_s.popitem(last=False)
        return True

    async def _remember(self, lane: Lane, newest: int) -> None:
        try:
            await self._briefed.remember(lane, newest)
        except RedisError as error:
            log.warning("briefing_not_remembered", error=type(error).__name__)
