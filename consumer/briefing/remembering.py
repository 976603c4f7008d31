"""What lanes' agents took in of their rooms, remembered once their answers are stored."""

import asyncio

import structlog
from redis.exceptions import RedisError

from consumer.briefing.briefed import Briefed, Mark
from shared.lane import Lane

log = structlog.get_logger()


class Remembering:
    """Waits until an answer is stored: one that gets lost is cut off, and asked for anew."""

    def __init__(self, briefed: Briefed) -> None:
        self._briefed = briefed
        self._taken_in: dict[Lane, int] = {}
        """The newest message that an answer which is not stored yet knows of."""
        self._under_way: dict[Lane, asyncio.Task[None]] = {}

    async def mark(self, lane: Lane) -> Mark:
        """What the lane's agent was told; raises RedisError. Waits for what is being written."""
        if (remembering := self._under_way.get(lane)) is not None:
            await asyncio.wait([remembering])
        return await self._briefed.mark(lane)

    def begins(self, lane: Lane) -> None:
        """A turn begins: what one before it took in, whose answer was not stored, is forgotten."""
        self._taken_in.pop(lane, None)

    def takes_in(self, lane: Lane, newest: int) -> None:
        """The lane's agent knows of all up to this message."""
        self._taken_in[lane] = newest

    def stored(self, lane: Lane) -> None:
        """Its answer is stored: written beside the answer's way into the room."""
        newest = self._taken_in.pop(lane, None)
        if newest is not None:
            task = asyncio.create_task(self._remember(lane, newest), name="told")
            self._under_way[lane] = task
            task.add_done_callback(lambda _: self._under_way.pop(lane, None))

    async def _remember(self, lane: Lane, newest: int) -> None:
        try:
            await self._briefed.remember(lane, newest)
        except RedisError as error:
            log.warning("briefing_not_remembered", error=type(error).__name__)
