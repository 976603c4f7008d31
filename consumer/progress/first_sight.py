"""👀 on messages that have to wait for their turn, so that nobody asks twice.

What becomes of them in a turn is its own signs' matter (`signs`), which find this 👀 with the
message; for those that end without a turn (collected, stopped) it is changed here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

import structlog

from consumer.campfire.client import Campfire
from consumer.progress.marks import SEEN, Traces
from consumer.progress.signs import sign_of
from consumer.queue.lanes import Lanes
from consumer.queue.ticket import Ticket
from consumer.queue.waiting import Waiter
from shared.errors import BotError
from shared.lane import Lane
from shared.numbers import whole_number

MOST_AT_ONCE = 200
"""Messages that get a sign soon; in a flood the others do without."""

log = structlog.get_logger()

Step = Callable[[], Awaitable[None]]
Shows = Callable[[Lane], bool]
"""Whether a lane's room wants signs of life at all."""


class FirstSight:
    """Takes note without waiting, and puts up the signs in a part of the service of its own."""

    def __init__(
        self, campfire: Campfire, lanes: Lanes, keys: Mapping[str, str], shows: Shows
    ) -> None:
        self._campfire, self._lanes, self._keys, self._shows = campfire, lanes, keys, shows
        self._seen: dict[str, int | None] = {}
        """Job id → boost id, of messages that wait; None: not put up, or not any more ours."""
        self._to_do: asyncio.Queue[Step] = asyncio.Queue(MOST_AT_ONCE)

    def note(self, waiters: Iterable[Waiter]) -> None:
        """These messages wait right now."""
        waiting = {waiter.job_id: waiter for waiter in waiters}
        self._seen = {job: boost for job, boost in self._seen.items() if job in waiting or boost}
        for job_id, waiter in waiting.items():
            if job_id not in self._seen and not self._to_do.full():
                self._seen[job_id] = None
                self._to_do.put_nowait(partial(self._see, waiter))

    def settled(self, ticket: Ticket, ending: Mapping[str, Any]) -> None:
        """A message has ended; where it had a turn, the turn took its signs over."""
        boost_id = self._seen.pop(ticket.job_id, None)
        if boost_id is not None and ticket.starts == 0 and not self._to_do.full():
            sign = sign_of(ending["outcome"])
            self._to_do.put_nowait(partial(self._change, ticket, boost_id, sign))

    async def run(self) -> None:
        """Never returns."""
        while True:
            step = await self._to_do.get()
            try:
                await step()
            except Exception as error:  # a sign is an extra, whatever is wrong with it
                unexpected = not isinstance(error, BotError)
                log.warning("sign_failed", error=type(error).__name__, exc_info=unexpected)

    async def _see(self, waiter: Waiter) -> None:
        room_id, message_id = waiter.lane.room_id, waiter.job_id.rpartition(":")[2]
        offers = await self._campfire.probe()
        known = whole_number(message_id) is not None
        if not (offers.boosts and known and self._shows(waiter.lane)):
            return
        key = self._keys[waiter.lane.bot_id]
        boost = await self._campfire.boost(room_id, key, message_id, SEEN)
        if await self._lanes.glance(waiter.job_id, asdict(Traces(boost_id=boost.id))):
            self._seen[waiter.job_id] = boost.id
        else:  # its turn has begun meanwhile, and shows a 👀 of its own
            await self._campfire.unboost(room_id, key, message_id, boost.id)

    async def _change(self, ticket: Ticket, boost_id: int, sign: str) -> None:
        room_id, key = ticket.lane.room_id, self._keys[ticket.lane.bot_id]
        await self._campfire.unboost(room_id, key, ticket.message_id, boost_id)
        if sign:
            await self._campfire.boost(room_id, key, ticket.message_id, sign)
