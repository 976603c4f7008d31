"""One watcher's place in a lane's stream: fed by the hub, bounded, caught up from Redis."""

import asyncio
from collections import deque
from collections.abc import Sequence

from redis.asyncio import Redis
from redis.exceptions import RedisError

from ingress.live.stream_event import BEGINNING, StreamEvent, order
from shared.awaiting import set_within

PAGE = 100
"""Events read from Redis at a time."""
BUFFER = 256
"""Events that wait in memory for a watcher, shared with the others of its lane."""
CHUNK = 64 * 1024
"""About so many characters are sent at a time: more would only wait in the socket's buffer."""
TRY_AGAIN_S = 0.5
BEGIN_S = 5.0
"""Nobody waits longer to be let in; what happens before the hub has begun is then a gap."""


class Watcher:
    """Gives the events after `cursor` in order, each once, or a gap where some are gone."""

    def __init__(self, redis: Redis, stream: str, after: str | None) -> None:
        self._redis, self._stream = redis, stream
        self._cursor = None if after is None else order(after)
        self._behind = after is not None
        self._buffer: deque[StreamEvent] = deque()
        self._begun = asyncio.Event()
        self._let_in_early = False
        self._something = asyncio.Event()
        self._closed = False

    def begin(self) -> None:
        """The hub has a place in this lane: from now on it misses nothing that comes."""
        if self._let_in_early:
            self._buffer.append(StreamEvent.gap())
        self._begun.set()
        self._something.set()

    async def begun(self) -> None:
        """Wait until it misses nothing. With Redis away it is let in early, and told of a gap."""
        if not await set_within(self._begun, BEGIN_S):
            # Who resumes has a place of its own to read from: it misses nothing.
            self._let_in_early = not self._behind

    def push(self, events: Sequence[StreamEvent]) -> None:
        """Take what happened; one that is behind reads it from Redis instead."""
        if self._behind:
            return
        for event in events:
            if len(self._buffer) >= BUFFER:
                self._behind = True
                break
            self._buffer.append(event)
        self._something.set()

    def close(self) -> None:
        """End the stream."""
        self._closed = True
        self._something.set()

    async def next(self, within_s: float) -> list[StreamEvent] | None:
        """The next events; [] when there were none for so long; None: the stream has ended."""
        try:
            async with asyncio.timeout(within_s):
                while not self._closed:
                    if events := self._from_memory() or await self._from_redis():
                        return events
                    await self._until_something()
        except TimeoutError:
            return []
        return None

    def _from_memory(self) -> list[StreamEvent]:
        chunk: list[StreamEvent] = []
        size = 0
        while self._buffer and size < CHUNK:
            event = self._buffer.popleft()
            if self._cursor is None or event.order > self._cursor:
                chunk.append(event)
                size += len(event.json)
                self._cursor = event.order
        return chunk

    async def _from_redis(self) -> list[StreamEvent]:
        """A page, if it is behind. What the hub brings meanwhile is kept, and not given twice."""
        if not self._behind or not self._begun.is_set():
            return []
        self._behind = False
        try:
            page = await self._page()
        except (RedisError, OSError):
            self._fall_behind()
            await asyncio.sleep(TRY_AGAIN_S)
            return []
        except asyncio.CancelledError:
            self._fall_behind()
            raise
        return page

    async def _page(self) -> list[StreamEvent]:
        """What follows the cursor; a gap goes before it when the cursor is not kept any more."""
        cursor = self._cursor or order(BEGINNING)
        start = "{}-{}".format(*cursor)
        found = await self._redis.xrange(self._stream, min=start, count=PAGE + 1)
        events = [StreamEvent.read(entry_id, fields) for entry_id, fields in found]
        if len(events) > PAGE:
            self._fall_behind()
        # Without any, the cursor is gone or never was: who waits for what follows it waits in vain.
        self._cursor = events[-1].order if events else None
        if events and events[0].order == cursor:
            return events[1:]
        return events if cursor == order(BEGINNING) else [StreamEvent.gap(), *events]

    def _fall_behind(self) -> None:
        """What the hub brought does not join what was read: it is read from Redis later."""
        self._behind = True
        self._buffer.clear()

    async def _until_something(self) -> None:
        if self._closed or self._buffer or (self._behind and self._begun.is_set()):
            return
        self._something.clear()
        await self._something.wait()
