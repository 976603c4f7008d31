"""Tells, once, the tasks that show a turn's signs that it has ended."""

import asyncio
from collections.abc import Awaitable, Callable

from shared.awaiting import set_within


class TurnEnd:
    """Comes once; `sleep` is a test's time."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._sleep = sleep
        self._came = asyncio.Event()

    def come(self) -> None:
        """The turn has ended."""
        self._came.set()

    async def comes_within(self, seconds: float) -> bool:
        """Wait for it so long; whether it came."""
        return await set_within(self._came, seconds)

    async def comes_while_sleeping(self, seconds: float) -> bool:
        """Sleep so long, or until it comes; whether it did."""
        coming = asyncio.create_task(self._came.wait())
        sleeping = asyncio.ensure_future(self._sleep(seconds))
        try:
            await asyncio.wait([coming, sleeping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            coming.cancel()
            sleeping.cancel()
        return self._came.is_set()
