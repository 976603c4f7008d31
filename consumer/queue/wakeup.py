"""What wakes the consumer: a word from Redis, a slot that came free, or a message falling due."""

import asyncio
from collections.abc import Awaitable
from typing import cast

from redis.asyncio import Redis

from shared.awaiting import set_within
from shared.keys import Keys
from shared.redis.outages import AWAY, despite_outages

LISTEN_S = 5
"""How long one blocking pop waits: only bounds how late a half-dead connection is noticed."""


class WakeUp:
    """An event that Redis can set too. Waiting costs nothing."""

    def __init__(self, redis: Redis, keys: Keys, name: str) -> None:
        """`name`: this member's."""
        self._redis = redis
        self._lists = [keys.wake_of(name), keys.wake]  # an older release's ingress knows no members
        self._event = asyncio.Event()

    def set(self) -> None:
        """Wake the consumer."""
        self._event.set()

    async def wait(self, timeout_s: float) -> None:
        """Return when woken, at the latest after `timeout_s`."""
        try:
            await set_within(self._event, timeout_s)
        finally:
            self._event.clear()

    async def listen(self) -> None:
        """Turn the ingress's word in Redis into a wake-up, outages outlived; never returns."""
        while True:
            await despite_outages("wakeup_listener", self._listen_once)

    async def _listen_once(self) -> None:
        try:
            word = await cast(Awaitable[object], self._redis.blpop(self._lists, timeout=LISTEN_S))
        except AWAY:
            self.set()  # a word may have been lost on its way
            raise
        if word is not None:
            self.set()
            await asyncio.sleep(0)  # who was woken asks Redis first
