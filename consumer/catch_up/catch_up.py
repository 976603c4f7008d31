"""Catch-up: looks into the rooms we know for what Campfire could not deliver, and accepts it.

At the consumer's start, when the ingress starts (it sends a command), and after
Campfire could not be reached. It never says anything in a room; a Campfire without index is left
alone. Neighbours: `known_rooms` where to look, `looking` what is missed there, and
`shared.acceptance`, which takes each message once, whoever finds it.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

import structlog

from consumer.campfire.client import Campfire
from consumer.campfire.errors import CampfireUnavailable, CampfireUnclear, NoIndex
from consumer.catch_up.answered import Answered
from consumer.catch_up.known_rooms import KnownRoom, KnownRooms
from consumer.catch_up.looking import Looking
from shared.acceptance.queue import RedisQueue
from shared.awaiting import set_within
from shared.bots import Roster
from shared.inbound import InboundMessage
from shared.kill_points import reached
from shared.redis.outages import despite_outages

CALM_S = 15.0
"""So long after a trouble with Campfire: one that flaps is not asked all the time."""
SILENT_ROOMS = 3
"""So many rooms in a row without an answer: Campfire is away, not they."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
MOST_ROUNDS = 5
"""For rooms that stay silent while others answer."""

PassOn = Callable[[], Awaitable[None]]

log = structlog.get_logger()


async def nobody_to_ask() -> None:
    """There is one consumer alone, and it looks itself."""


class CatchUp:
    """One part of the consumer; `run` it beside the others. Works one room after the other."""

    def __init__(
        self,
        campfire: Campfire,
        rooms: KnownRooms,
        queue: RedisQueue,
        answered: Answered,
        roster: Roster,
        *,
        max_age_s: float,
        is_first: Callable[[], bool] = lambda: True,
        pass_on: PassOn = nobody_to_ask,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`is_first`: whether looking is ours to do, where several answer; `pass_on`: asks whose it
        is."""
        self._is_first, self._pass_on = is_first, pass_on
        self._rooms = rooms
        self._queue = queue
        self._answered = answered
        self._looking = Looking(campfire, rooms, answered, roster, max_age_s=max_age_s, clock=clock)
        self._clock = clock
        self._monotonic = monotonic
        self._due_at = float("inf")
        self._asked = asyncio.Event()
        self._busy = self._told = False

    async def ask(self, _: object = None) -> None:
        """Look once more, soon: the command's act."""
        self._told = True
        self._ask(after_s=0)

    async def begin(self) -> None:
        """Looking is ours to do from now on; never returns."""
        self._ask(after_s=0)
        await asyncio.Event().wait()

    def troubled(self) -> None:
        """Campfire could not be reached: look, once it can."""
        if not self._busy:  # while looking, we see that for ourselves
            self._ask(after_s=CALM_S)

    async def run(self) -> None:
        """Look for missed messages whenever that is due, or have them looked for; never returns."""
        while True:
            await self._until_due()
            if not self._is_first() and not self._told:
                await self._pass_on()
                continue
            self._busy, self._told = True, False
            try:
                await self._look_everywhere()
            except NoIndex:
                log.info("catch_up_not_offered")
            finally:
                self._busy = False

    def _ask(self, after_s: float) -> None:
        self._due_at = min(self._due_at, self._monotonic() + after_s)
        self._asked.set()

    async def _until_due(self) -> None:
        while (left := self._due_at - self._monotonic()) > 0:
            self._asked.clear()
            await set_within(self._asked, None if left == float("inf") else left)
        self._due_at = float("inf")

    async def _look_everywhere(self) -> None:
        """Every room once; those that Campfire does not show now again, in a while."""
        await despite_outages("catch_up", self._answered.look)
        rooms, pause_s, rounds = await self._known(), FIRST_PAUSE_S, 0
        known, accepted = len(rooms), 0
        while rooms and rounds < MOST_ROUNDS:
            silent, found = await self._round(rooms)
            accepted += found
            if len(silent) < len(rooms):
                rooms, rounds = silent, rounds + 1
            else:
                rooms = await self._known()  # an outage of Campfire, however long
            if rooms:
                await asyncio.sleep(pause_s * random.uniform(0.5, 1))  # noqa: S311 - no secret
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        log.info("catch_up_finished", rooms=known, silent=len(rooms), accepted=accepted)

    async def _known(self) -> list[KnownRoom]:
        return await despite_outages("catch_up", self._rooms.all)

    async def _round(self, rooms: list[KnownRoom]) -> tuple[list[KnownRoom], int]:
        """The rooms that gave no answer, and how many messages the others gave."""
        silent: list[KnownRoom] = []
        in_a_row = accepted = 0
        for place, room in enumerate(rooms):
            try:
                accepted += await self._look_into(room)
                in_a_row = 0
            except (CampfireUnavailable, CampfireUnclear):
                silent.append(room)
                in_a_row += 1
            if in_a_row == SILENT_ROOMS:
                return [*silent, *rooms[place + 1 :]], accepted
        return silent, accepted

    async def _look_into(self, room: KnownRoom) -> int:
        """Accept what is new there; raises CampfireUnavailable, CampfireUnclear, NoIndex."""
        try:
            return await self._accept(await self._looking.missed(room))
        except (CampfireUnavailable, CampfireUnclear, NoIndex):
            raise
        except Exception:
            # Whatever stands in that room must not end the consumer, which would meet it again.
            log.exception("catch_up_failed", room=room.room_id)
        return 0

    async def _accept(self, missed: list[InboundMessage]) -> int:
        accepted = 0
        for message in missed:
            now_ms = round(self._clock() * 1000)
            taken = await despite_outages("catch_up", self._queue.accept_late, message, now_ms)
            if taken == "accepted":
                accepted += 1
                log.info("message_caught_up", **self._queue.log_context(message))
                reached("catch_up.accepted")
        return accepted
