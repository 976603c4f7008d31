"""What wakes the consumer: a word from Redis, or a message that is handed to it, a slot that came
free, or a message falling due."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

from redis.asyncio import Redis

from consumer.queue.ownership.membership import Membership
from shared.awaiting import set_within
from shared.keys import Keys
from shared.redis.outages import AWAY, despite_outages

LISTEN_S = 5
"""How long one blocking pop waits: only bounds how late a half-dead connection is noticed."""
STEPS_OF_A_TURN = 3
"""So many rounds of the event loop lie between a message and the agent, which has the prompt a
twentieth of the time earlier where nobody asks Redis for the next message in between."""
_Popped = Awaitable[tuple[bytes, bytes] | None]


async def _nobody_takes(word: bytes) -> None:
    raise AssertionError("a message was handed over to nobody")


class WakeUp:
    """An event that Redis can set too. Waiting costs nothing."""

    def __init__(self, redis: Redis, keys: Keys, member: Membership) -> None:
        self._redis = redis
        # (An older release's ingress knows no members.)
        words = [keys.wake_of(member.name), keys.wake]
        self._handed = keys.handed_to(member.me).encode()
        self._lists = [*([] if member.shared else [self._handed]), *words]
        self._event = asyncio.Event()
        self.takes_handed = not member.shared
        """Whether messages may be handed over here; beside others each asks whose a lane is."""
        self.on_handed: Callable[[bytes], Awaitable[None]] = _nobody_takes
        """Called with each message that is handed over."""
        self.on_lost: Callable[[], None] = lambda: None
        """Called when one may have been lost on its way here."""

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
            word = await cast(_Popped, self._redis.blpop(self._lists, timeout=LISTEN_S))
        except AWAY:
            self.on_lost()
            self.set()  # a word may have been lost on its way
            raise
        if word is None:
            return
        if word[0] == self._handed:
            await self.on_handed(word[1])
        else:
            self.set()
        for _ in range(STEPS_OF_A_TURN):  # who was woken asks Redis first, and a turn begins
            await asyncio.sleep(0)
