"""What many open tabs ask for at nearly the same time is made once for all of them."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar, cast

KEPT_S = 1.5
"""Tabs ask every two seconds."""

Made = TypeVar("Made")


class MadeOnce:
    """Keeps what was made, or the error that came of it, for a moment."""

    def __init__(self, kept_s: float = KEPT_S) -> None:
        self._kept_s = kept_s
        self._made: dict[Hashable, tuple[float, asyncio.Future[Any]]] = {}

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Made]]) -> Made:
        """What `make` gives, or gave somebody else a moment ago; raises what it raises."""
        now = asyncio.get_running_loop().time()
        self._forget(now)
        if key not in self._made:
            self._made[key] = now, asyncio.ensure_future(make())
        _, making = self._made[key]
        # Who leaves meanwhile does not end it for the others.
        return cast(Made, await asyncio.shield(making))

    def forget(self) -> None:
        """Make everything anew: somebody changed it, and looks at what came of that."""
        self._made.clear()

    def _forget(self, now: float) -> None:
        over = [
            key
            for key, (at, making) in self._made.items()
            if making.done() and now - at > self._kept_s
        ]
        for key in over:
            self._made.pop(key)
