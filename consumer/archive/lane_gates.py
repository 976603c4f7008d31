"""One at a time a lane: a lock for each lane in use, gone as soon as nobody holds or awaits it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.lane import Lane


class LaneGates:
    """The locks. The queue already orders the lanes; this guards the sessions from any caller."""

    def __init__(self) -> None:
        self._gates: dict[Lane, tuple[asyncio.Lock, int]] = {}

    def __len__(self) -> int:
        return len(self._gates)

    @asynccontextmanager
    async def hold(self, lane: Lane) -> AsyncIterator[None]:
        """Hold the lane until the block ends; first come, first served."""
        lock, users = self._gates.get(lane, (asyncio.Lock(), 0))
        self._gates[lane] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            self._leave(lane)

    @property
    def held(self) -> set[Lane]:
        """The lanes that somebody is at."""
        return set(self._gates)

    def is_held(self, lane: Lane) -> bool:
        """Whether somebody is at the lane, or waits for it."""
        return lane in self._gates

    def _leave(self, lane: Lane) -> None:
        lock, users = self._gates[lane]
        if users == 1:
            del self._gates[lane]
        else:
            self._gates[lane] = (lock, users - 1)
