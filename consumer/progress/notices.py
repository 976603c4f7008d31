"""One sentence to whom it takes longer, where Campfire has no boosts that could say so (v1.4.9).

What is posted there stays and marks the room unread, so it comes once, late, and is worded to stay
true. In a ping it would be a push: there it never comes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from consumer.campfire.client import Campfire
from consumer.names import name_html
from consumer.queue.waiting.who_waits import MOST, Waiter, WaitingRoom
from shared.catalogue import Catalogue
from shared.errors import CampfireError
from shared.inbound import InboundMessage
from shared.lane import Lane
from shared.redis.outages import despite_outages

LOOK_EVERY_S = 1.0
LONG_S = 60.0
MOST_REMEMBERED = 2000

log = structlog.get_logger()


class Say(Protocol):
    """Posts one sentence to a room as a bot; raises CampfireError."""

    async def __call__(self, room_id: int, bot_id: str, html: str) -> None:
        """Post it."""
        ...


class Notices:
    """Looks once a second while anything runs; what runs nowhere, nobody waits for."""

    def __init__(
        self,
        room: WaitingRoom,
        campfire: Campfire,
        post: Say,
        speaks: Callable[[Lane], bool],
        busy: Callable[[], int],
        sentences: Catalogue,
        will_refuse: Callable[[InboundMessage], bool] = lambda message: False,
        *,
        see: Callable[[list[Waiter]], None] = lambda waiting: None,
        room_for: Callable[[], int] = lambda: MOST,
        elsewhere: Callable[[], Awaitable[int]] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`speaks`: whether more than boosts is wanted in a lane's room; `busy`: what runs or is
        held; `will_refuse`: whether a message will not be answered; `see` is told who waits for a
        turn, of whom it can take so many now (`room_for`); `elsewhere`: what runs at others, where
        there may be any."""
        self._room, self._campfire, self._post = room, campfire, post
        self._speaks, self._busy, self._sentences = speaks, busy, sentences
        self._see, self._room_for, self._clock = see, room_for, clock
        self._will_refuse, self._elsewhere = will_refuse, elsewhere
        self._looked_at: dict[str, None] = {}
        """Job ids of the last messages that took long, whether or not anything was said."""

    async def run(self) -> None:
        """Tell people who wait long that they wait; never returns."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await despite_outages("notices", self._look_where_busy)

    async def _look_where_busy(self) -> None:
        if self._busy() or (self._elsewhere and await self._elsewhere()):
            await self.look()

    async def look(self) -> None:
        """Tell everybody who has waited long enough and was not told; raises RedisError."""
        waiters = await self._room.waiters(self._room_for())
        self._see([waiter for waiter in waiters if not waiter.runs])
        for waiter in waiters:
            waited_s = self._clock() - waiter.accepted_ms / 1000
            if waited_s >= LONG_S and waiter.job_id not in self._looked_at:
                self._looked_at[waiter.job_id] = None
                while len(self._looked_at) > MOST_REMEMBERED:
                    del self._looked_at[next(iter(self._looked_at))]
                await self._takes_long(waiter)

    async def _takes_long(self, waiter: Waiter) -> None:
        if (await self._campfire.probe()).boosts or not self._speaks(waiter.lane):
            return
        name = await self._asker(waiter)
        if name is not None and await self._room.tell(waiter.lane, f"long:{waiter.person}"):
            await self._say(waiter, self._sentences.say("takes_long", person=name))

    async def _asker(self, waiter: Waiter) -> str | None:
        """The asker's name as HTML; None for a bot, where nobody asked, in a ping, and for whom the
        bot will not answer."""
        try:
            message = await self._room.message(waiter.job_id)
        except ValueError:
            return None  # the lane's turn comes to it and says what is wrong
        if message is None or message.from_bot or message.is_unattended:
            return None
        if message.room_name is None or self._will_refuse(message):
            return None
        return name_html(message.user_name, self._sentences)

    async def _say(self, waiter: Waiter, sentence: str) -> None:
        try:
            await self._post(waiter.lane.room_id, waiter.lane.bot_id, sentence)
        except CampfireError as error:
            # A notice is an extra: that it cannot be said costs nobody the answer.
            log.warning("notice_not_posted", lane=str(waiter.lane), error=type(error).__name__)
        else:
            log.info("notice_posted", lane=str(waiter.lane))
