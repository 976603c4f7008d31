"""Notices: a person whose message has to wait is told once, not message by message."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

import structlog

from consumer.queue.waiting import Waiter, WaitingRoom
from shared.catalogue import Catalogue
from shared.errors import CampfireError
from shared.outages import outlive_outages

LOOK_EVERY_S = 1.0
BUSY_AFTER_S = 4.0
OVERLOADED_AFTER_S = 300.0

log = structlog.get_logger()


class Posting(Protocol):
    """Posts one sentence to a room as a bot; raises CampfireError."""

    async def __call__(self, room_id: int, bot_id: str, html: str) -> None:
        """Post it."""
        ...


class Notices:
    """Looks once a second while anything runs; what runs nowhere, nobody waits for."""

    def __init__(
        self,
        room: WaitingRoom,
        post: Posting,
        busy: Callable[[], int],
        words: Catalogue,
        *,
        see: Callable[[list[Waiter]], None] = lambda waiters: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._room = room
        self._post = post
        self._busy = busy
        self._words = words
        self._see = see
        self._clock = clock

    async def run(self) -> None:
        """Never returns."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if self._busy():
                async for attempt in outlive_outages("notices"):
                    with attempt:
                        await self.look()

    async def look(self) -> None:
        """Tell everybody who has waited long enough and was not told; raises RedisError."""
        waiters = await self._room.waiters()
        self._see(waiters)
        for waiter in waiters:
            sentence = notice(waiter, self._clock() - waiter.accepted_ms / 1000, self._words)
            if sentence and await self._room.tell(waiter.lane, f"{sentence[0]}:{waiter.person}"):
                await self._say(waiter, sentence[1])

    async def _say(self, waiter: Waiter, sentence: str) -> None:
        try:
            await self._post(waiter.lane.room_id, waiter.lane.bot_id, sentence)
        except CampfireError as error:
            # A notice is an extra: that it cannot be said costs nobody the answer.
            log.warning("notice_not_posted", lane=str(waiter.lane), error=type(error).__name__)
        else:
            log.info("notice_posted", lane=str(waiter.lane), ahead=waiter.ahead)


def notice(waiter: Waiter, waited_s: float, words: Catalogue) -> tuple[str, str] | None:
    """What a waiter is told after so long, as (kind, sentence); None: nothing yet. Pure."""
    if waited_s >= OVERLOADED_AFTER_S:
        return "overloaded", words.say("busy.overloaded")
    if waited_s < BUSY_AFTER_S:
        return None
    if waiter.ahead == 0:
        return "busy", words.say("busy.elsewhere")
    name = "busy.next" if waiter.ahead == 1 else "busy.behind"
    return "busy", words.say(name, ahead=waiter.ahead)
