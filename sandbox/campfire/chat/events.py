"""What just happened in the chat, told to everybody who listens (pages, waiting tests)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

EventKind = Literal["created", "edited", "deleted", "boosted", "pushed"]

MAX_WAITING = 1000
"""A listener further behind than this is cut off: it reads the room anew when it comes back."""


@dataclass(frozen=True, slots=True)
class ChatEvent:
    """Something happened to a message; `pushed`: a notice of it was handed on."""

    kind: EventKind
    room_id: int
    message_id: int


class Subscription:
    """One listener's view of the events, in order; ends when the hub closes."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[ChatEvent | None] = asyncio.Queue(MAX_WAITING)

    def __aiter__(self) -> AsyncIterator[ChatEvent]:
        return self

    async def __anext__(self) -> ChatEvent:
        event = await self._queue.get()
        if event is None:
            raise StopAsyncIteration
        return event

    def offer(self, event: ChatEvent) -> bool:
        """Queue an event; False when this listener is too slow to keep."""
        if self._queue.qsize() >= MAX_WAITING - 1:
            return False
        self._queue.put_nowait(event)
        return True

    def end(self) -> None:
        """Let the listener finish what is queued, then stop."""
        if not self._queue.full():
            self._queue.put_nowait(None)


class EventHub:
    """Hands each event to every subscription; never waits for one."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()
        self._closed = False

    @contextmanager
    def subscribe(self) -> Iterator[Subscription]:
        """Listen from now on, until the block ends."""
        subscription = Subscription()
        self._subscriptions.add(subscription)
        if self._closed:
            subscription.end()
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    def publish(self, event: ChatEvent) -> None:
        """Tell everybody."""
        for subscription in [*self._subscriptions]:
            if not subscription.offer(event):
                self._subscriptions.discard(subscription)
                subscription.end()

    def close(self) -> None:
        """End every subscription, now and later: open streams must not hold a shutdown."""
        self._closed = True
        for subscription in self._subscriptions:
            subscription.end()
