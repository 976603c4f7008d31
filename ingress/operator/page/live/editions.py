"""What open tabs are told: made once for all who see the same, encoded once, and not sent to all of
them at once."""

import json
from collections.abc import Awaitable, Callable, Hashable, Mapping
from functools import cached_property, partial
from itertools import count

from fastapi.sse import format_sse_event

from ingress.operator.page.live.made_once import MadeOnce

EVERY_S = 2.0
"""How often a tab looks."""
KEPT_S = EVERY_S - 0.05
"""Whoever looks first after that has the next one made; the others' looks come soon after."""
_APART = 0.618_033_988_75
"""Steps of the golden section, however many, lie as far apart from each other as they can."""
_numbers = count(1)

LiveParts = Mapping[str, str]
"""HTML by element id."""


class Edition:
    """A page's live parts at a moment, as the bytes that bring a tab up to it."""

    def __init__(self, parts: LiveParts, before: "Edition | None") -> None:
        self.number = next(_numbers)
        self._parts = parts
        self._before = before.number if before else None
        known = before._parts if before else {}
        self._news = _told({name: it for name, it in parts.items() if known.get(name) != it})

    def since(self, held: "Edition | None") -> bytes:
        """What a tab is sent that has been told that one; empty where it needs nothing."""
        if held is None:
            return self._whole
        if held.number == self.number:
            return b""
        return self._news if held.number == self._before else self._whole

    @cached_property
    def _whole(self) -> bytes:
        return _told(self._parts) if self._before else self._news


class Editions:
    """The newest of each page that somebody has open."""

    def __init__(self) -> None:
        self._made = MadeOnce(KEPT_S)
        self._tabs = count(1)

    async def newest(
        self, key: Hashable, held: Edition | None, read: Callable[[], Awaitable[LiveParts]]
    ) -> Edition:
        """The one of now, for a tab that was told `held`; raises what `read` does."""
        return await self._made.get(key, partial(_next, held, read))

    def forget(self) -> None:
        """Make each anew: somebody changed what it shows."""
        self._made.forget()

    def phase_s(self) -> float:
        """When after its opening another tab looks first: a hundred that are opened at once never
        have the loop write to all of them in one pass, or a webhook would wait behind that."""
        return next(self._tabs) * _APART % 1 * EVERY_S


async def _next(held: Edition | None, read: Callable[[], Awaitable[LiveParts]]) -> Edition:
    return Edition(await read(), held)


def _told(parts: LiveParts) -> bytes:
    return format_sse_event(event="parts", data_str=json.dumps(parts)) if parts else b""
