"""👀 on messages that have to wait for their turn, so that nobody asks twice.

What becomes of them in a turn is its own signs' matter (`signs`), which find this 👀 with the
message; for those that end without a turn see `left_signs`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial

import structlog

from consumer.campfire.client import Campfire
from consumer.progress.marks.boost_ids import BoostIds
from consumer.progress.marks.marks import Marks
from consumer.progress.marks.traces import SEEN, Traces
from consumer.queue.errors import Fenced
from consumer.queue.lanes import Lanes
from consumer.queue.waiting.who_waits import Waiter
from shared.catalogue import Catalogue
from shared.errors import is_bug
from shared.lane import Lane

MOST_AT_ONCE = 200
"""Messages that get a sign soon; in a flood the others do without."""
MOST_REMEMBERED = 2000
LONG_S = 300.0
"""After so long 👀 may be taken for an oversight, and becomes words."""

log = structlog.get_logger()

Step = Callable[[], Awaitable[None]]
Shows = Callable[[Lane], bool]
"""Whether a lane's room wants signs of life at all."""


WillRefuse = Callable[[str], Awaitable[bool]]
"""Whether a message that waits, by its job id, will not be answered."""


class WaitingSigns:
    """Takes note without waiting, and puts up the signs in a part of the service of its own."""

    def __init__(
        self,
        campfire: Campfire,
        lanes: Lanes,
        shows: Shows,
        sentences: Catalogue,
        boost_ids: BoostIds,
        will_refuse: WillRefuse,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._campfire, self._lanes, self._shows = campfire, lanes, shows
        self._long = sentences.say("sign.long")
        self._boost_ids, self._clock = boost_ids, clock
        self._will_refuse = will_refuse
        self._noted: dict[str, str] = {}
        """Job id → sign, of the messages that were seen last."""
        self._to_do: asyncio.Queue[Step] = asyncio.Queue(MOST_AT_ONCE)

    @property
    def room_for(self) -> int:
        """How many more signs can be put up soon."""
        return MOST_AT_ONCE - self._to_do.qsize()

    def note(self, waiters: Iterable[Waiter]) -> None:
        """These messages wait right now."""
        for waiter in waiters:
            waited_s = self._clock() - waiter.accepted_ms / 1000
            sign = SEEN if waited_s < LONG_S else self._long
            if self._noted.get(waiter.job_id) != sign and not self._to_do.full():
                self._noted.pop(waiter.job_id, None)
                self._noted[waiter.job_id] = sign
                self._to_do.put_nowait(partial(self._show, waiter, sign))
        while len(self._noted) > MOST_REMEMBERED:
            del self._noted[next(iter(self._noted))]

    async def run(self) -> None:
        """Show, one after another, the signs that are asked for; never returns."""
        while True:
            show = await self._to_do.get()
            try:
                await show()
            except Fenced:
                pass  # its turn has begun, or it has ended: others look after its signs
            except Exception as error:  # a sign is an extra, whatever is wrong with it
                log.warning("sign_failed", error=type(error).__name__, exc_info=is_bug(error))

    async def _show(self, waiter: Waiter, sign: str) -> None:
        offers = await self._campfire.probe()
        if not (offers.boosts and self._shows(waiter.lane)):
            return
        if await self._will_refuse(waiter.job_id):
            return  # 👀 would promise an answer
        marks = Marks(
            self._campfire.room(waiter.lane),
            waiter.job_id.rpartition(":")[2],
            Traces.read(await self._lanes.lines.traces(waiter.job_id)),
            Unclaimed(self._lanes, waiter.job_id),
            self._boost_ids,
        )
        # What a turn left that a crash ended, and that has to wait for its next attempt.
        await marks.take_message()
        await marks.boost(sign)


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """The record of a message that waits, as its marks need it."""

    lanes: Lanes
    job_id: str

    async def record(self, traces: Traces) -> None:
        """Keep the traces with the message; raises Fenced when it does not wait any more."""
        if not await self.lanes.ledger.record_waiting(self.job_id, traces=traces.wire()):
            raise Fenced(self.job_id)
