"""The hub: one blocking read of Redis for every lane somebody watches, handed out to all watchers.

Whoever falls behind reads the rest from Redis by itself (see watcher): the hub waits for nobody.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from redis.asyncio import Redis

from ingress.connections.descriptors import MOST_STREAMS
from ingress.live.seats import Seats
from ingress.live.stream_event import BEGINNING, StreamEvent
from ingress.live.watcher import PAGE, Watcher
from shared.keys import Keys
from shared.lane import Lane
from shared.redis.outages import despite_outages

BLOCK_MS = 5000
FORGET_WAKE_S = 3600
_NO_LANE = Lane(0, "")

log = structlog.get_logger()


@dataclass(slots=True)
class _Watched:
    """A lane, how far the hub has read it (None: it has not begun), and who watches."""

    cursor: str | None = None
    watchers: set[Watcher] = field(default_factory=set)


class Hub:
    """Run `run()` beside the server, `close()` when it ends. `redis` is the hub's own client.

    Each of at most `most` watchers holds a descriptor; the next one is turned away.
    """

    def __init__(self, redis: Redis, keys: Keys, *, most: int = MOST_STREAMS) -> None:
        self._redis, self._keys, self._seats = redis, keys, Seats(most)
        self._lanes: dict[Lane, _Watched] = {}
        self._wanted = asyncio.Event()
        self._wake_cursor = BEGINNING
        self.closed = False
        self.closing = asyncio.Event()
        """Set once every stream has to end."""

    @property
    def watchers(self) -> int:
        """How many watch any lane."""
        return self._seats.taken

    @contextmanager
    def watch(self, lane: Lane, after: str | None, link: str = "") -> Iterator[Watcher]:
        """Watch a lane from now on, or from after the event with this id.

        Raises TooManyWatchers; see Seats for `link`.
        """
        with self._seats.take(lane, link), self._joined(lane, after) as watcher:
            yield watcher

    @contextmanager
    def _joined(self, lane: Lane, after: str | None) -> Iterator[Watcher]:
        watched = self._lanes.setdefault(lane, _Watched())
        watcher = Watcher(self._redis, self._keys.events(lane), after)
        watched.watchers.add(watcher)
        if watched.cursor is None:
            self._wanted.set()
        else:
            watcher.begin()
        try:
            yield watcher
        finally:
            watched.watchers.discard(watcher)
            if not watched.watchers:
                self._lanes.pop(lane, None)

    @contextmanager
    def seat(self) -> Iterator[None]:
        """One of the places without a lane, for an operator; raises TooManyWatchers."""
        with self._seats.take(_NO_LANE, ""):
            yield

    def close(self) -> None:
        """End every watcher's stream: the server stops, and they come back with their last id."""
        self.closed = True
        self.closing.set()
        for watched in self._lanes.values():
            for watcher in watched.watchers:
                watcher.close()

    async def aclose(self) -> None:
        """Give the connections back."""
        await self._redis.aclose()

    async def run(self) -> None:
        """Read the streams that somebody watches, again after an outage of Redis; never returns."""
        while True:
            if not self._lanes:
                await self._wanted.wait()
            self._wanted.clear()
            await despite_outages("live", self._read_on)

    async def _read_on(self) -> None:
        await self._begin_new_lanes()
        await self._read()

    async def _begin_new_lanes(self) -> None:
        """Find the end of each new lane; its watchers begin there, or catch up to it."""
        new = [lane for lane, watched in self._lanes.items() if watched.cursor is None]
        if not new:
            return
        pipe = self._redis.pipeline(transaction=False)
        for lane in new:
            pipe.xrevrange(self._keys.events(lane), count=1)
        for lane, last in zip(new, await pipe.execute(), strict=True):
            if (watched := self._lanes.get(lane)) is not None:
                watched.cursor = last[0][0].decode() if last else BEGINNING
                for watcher in watched.watchers:
                    watcher.begin()

    async def _read(self) -> None:
        """One blocking read; it ends early when there is a new lane to watch."""
        names = {self._keys.events(lane): lane for lane in self._lanes}
        streams: dict[Any, Any] = {self._keys.events_wake: self._wake_cursor}
        for name, lane in names.items():
            if (cursor := self._lanes[lane].cursor) is not None:
                streams[name] = cursor
        waking = asyncio.create_task(self._wake_when_wanted())
        try:
            answer = await self._redis.xread(streams, count=PAGE, block=BLOCK_MS)
        finally:
            waking.cancel()
            await asyncio.gather(waking, return_exceptions=True)
        for name, found in answer or ():
            self._hand_out(names.get(name.decode()), found)

    async def _wake_when_wanted(self) -> None:
        """A blocking read cannot be told of another stream, only be given something to read."""
        await self._wanted.wait()
        name = self._keys.events_wake
        await self._redis.xadd(name, {"wake": "1"}, maxlen=1, approximate=False)
        await self._redis.expire(name, FORGET_WAKE_S)

    def _hand_out(self, lane: Lane | None, found: list[Any]) -> None:
        last = found[-1][0].decode()
        if lane is None:
            self._wake_cursor = last
        elif (watched := self._lanes.get(lane)) is not None and watched.cursor is not None:
            watched.cursor = last
            events = [StreamEvent.read(entry_id, fields) for entry_id, fields in found]
            for watcher in watched.watchers:
                watcher.push(events)
