"""The sweeper: every few seconds, repairs what a crash left between two steps; at once, what a dead
member ran."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

import structlog

from consumer import instruments
from consumer.queue.handed import Running
from consumer.queue.repairing.repairs import Repairs
from shared.redis.outages import despite_outages

SWEEP_S = 5.0
MOST_AT_ONCE = 100
LAPSED_S = 0.02
"""So long after a lease may have lapsed Redis' clock says so too."""

log = structlog.get_logger()


class Sweeper:
    """Finds lanes that nothing would wake, claims whose answer was lost on the way here, and what a
    member that died ran."""

    def __init__(
        self,
        repairs: Repairs,
        holds: Callable[[str], bool],
        every_s: float = SWEEP_S,
        *,
        on_lost: Callable[[Running], None] = lambda before: None,
    ) -> None:
        """`holds`: whether the worker here runs a job; `on_lost`: called with what was seen to run
        a round ago, when some of it was lost on its way here and is given back."""
        self._repairs = repairs
        self._holds = holds
        self._on_lost = on_lost
        self._every_s = every_s
        self._seen: Running | None = None
        """What ran in the last round, as far as the worker did not hold it."""

    async def run(self) -> None:
        """Repair what a crash left: in all lanes once, then in some of them now and then, by turns.

        Never returns.
        """
        is_first = True
        while True:
            await despite_outages("sweeper", self.sweep)
            is_first = is_first and not self._repairs.all_swept
            await self._pause(0 if is_first else self._every_s)

    async def sweep(self) -> None:
        """One round; raises redis.RedisError."""
        await self._reclaim()
        for _ in range(MOST_AT_ONCE):
            repaired = await self._repairs.sweep()
            if not repaired:
                break  # where one was, there may be more: the next ones are looked at too
            log.warning("lanes_repaired", jobs=repaired)
        running = await self._repairs.running()
        missing = {job for job in running.job_ids if not self._holds(job)}
        before, self._seen = self._seen, replace(running, job_ids=frozenset(missing))
        # Twice in a row: a claim may be on its way from Redis to here right now.
        if before is not None and (lost := missing & before.job_ids):
            log.warning("claims_abandoned", jobs=sorted(lost))
            self._on_lost(before)
            await self._repairs.abandon(lost)
            self._seen = replace(running, job_ids=frozenset(missing - lost))

    async def _reclaim(self) -> None:
        if reclaimed := await self._repairs.reclaim():
            log.warning("member_died", reclaimed=reclaimed)
            instruments.CRASHES.inc(len(reclaimed))

    async def _pause(self, seconds: float) -> None:
        """Until the next round; meanwhile look when a lease may have lapsed, not rounds later.

        One whose heart beats is far from that at each look, or was renewed since.
        """
        over = time.monotonic() + seconds
        while (lapse_s := self._repairs.lapse_s) is not None:
            left_s = over - time.monotonic()
            if lapse_s + LAPSED_S >= left_s:
                break
            await asyncio.sleep(lapse_s + LAPSED_S)
            await despite_outages("sweeper", self._reclaim)
        await asyncio.sleep(max(0.0, over - time.monotonic()))
