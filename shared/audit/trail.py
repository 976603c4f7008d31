"""The stream of all entries in Redis: bounded, written by both processes and by operators.

Where Redis is away an entry waits in memory, with a bound, and goes in with the next one.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from shared.audit.entry import Entry
from shared.keys import Keys

DEFAULT_MOST = 50_000
"""Entries that are kept; measured at some 200 bytes each."""
WAITING_MOST = 1_000
"""Entries that wait for a Redis that is away; the oldest give way."""
PATIENCE_S = 1.0
"""No turn waits longer for its entry."""
PAUSE_S = 2.0
"""After a failure nothing is tried for so long."""
PAGE = 500
SKEW_MS = 60_000
"""By so much the clocks of two machines may differ."""

log = structlog.get_logger(__name__)


class Audit(Protocol):
    """Notes what happens in the audit."""

    async def note(self, entry: Entry) -> None:
        """Keep it; never raises but for cancellation, and takes a second at most."""
        ...


class _NoAudit:
    async def note(self, entry: Entry) -> None:
        del entry


NO_AUDIT: Audit = _NoAudit()
"""For parts that are used by themselves, without a Redis."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as the stream has it."""

    id: str
    """Redis' own, in the order of writing."""
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """What a reader wants of it; None: of all."""

    bot: str | None = None
    room: int | None = None
    person: int | None = None
    """Who asked, or who decided."""
    since_ms: int = 0

    def fits(self, entry: Entry) -> bool:
        """Whether it is one of them."""
        return (
            entry.at_ms >= self.since_ms
            and self.bot in (None, entry.bot)
            and self.room in (None, entry.room)
            and self.person in (None, entry.person, entry.by)
        )


class AuditTrail:
    """Writes and reads it. Reading raises redis.RedisError."""

    def __init__(self, redis: Redis, keys: Keys, most: int = DEFAULT_MOST) -> None:
        """`most`: how many entries stay, or a few more: Redis cuts off whole blocks."""
        self._redis, self._keys, self._most = redis, keys, most
        self._waiting: deque[Entry] = deque(maxlen=WAITING_MOST)
        self._again_at = 0.0

    async def note(self, entry: Entry) -> None:
        """Keep it; see Audit."""
        if len(self._waiting) == WAITING_MOST:
            log.error("audit_entry_lost", what=self._waiting[0].what)
        self._waiting.append(entry)
        if monotonic() < self._again_at:
            return
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._write()
        except (RedisError, OSError) as error:
            self._again_at = monotonic() + PAUSE_S
            waiting = len(self._waiting)
            log.warning("audit_not_written", error=type(error).__name__, waiting=waiting)

    async def read(self, which: Which | None = None) -> AsyncIterator[Kept]:
        """The audit's entries, the oldest first."""
        which = which or Which()
        start = str(max(0, which.since_ms - SKEW_MS))
        while page := await self._redis.xrange(self._keys.audit, min=start, count=PAGE):
            for kept in map(_kept, page):
                if which.fits(kept.entry):
                    yield kept
            start = f"({page[-1][0].decode()}"

    async def newest(self, most: int, which: Which | None = None) -> Sequence[Kept]:
        """The audit's newest entries, the newest first."""
        found: list[Kept] = []
        which, end = which or Which(), "+"
        while page := await self._redis.xrevrange(self._keys.audit, max=end, count=PAGE):
            found += [kept for kept in map(_kept, page) if which.fits(kept.entry)]
            if len(found) >= most:
                break
            end = f"({page[-1][0].decode()}"
        return found[:most]

    async def _write(self) -> None:
        """All that waits; what was not written waits again."""
        batch = list(self._waiting)
        self._waiting.clear()
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for entry in batch:
                    fields = {b"entry": entry.model_dump_json(exclude_none=True).encode()}
                    pipe.xadd(self._keys.audit, fields, maxlen=self._most, approximate=True)  # type: ignore[arg-type]
                await pipe.execute()
        except BaseException:
            self._waiting.extendleft(reversed(batch))
            raise


def _kept(item: tuple[bytes, dict[bytes, bytes]]) -> Kept:
    name, fields = item
    return Kept(name.decode(), Entry.model_validate_json(fields[b"entry"]))
