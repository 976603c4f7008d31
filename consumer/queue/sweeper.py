"""The sweeper: every few seconds, repairs what a crash left between two steps."""

import asyncio

import structlog

from consumer import instruments
from consumer.queue.repairs import Repairs
from consumer.queue.worker import LaneWorker
from shared.redis.outages import outlive_outages

SWEEP_S = 5.0
MOST_AT_ONCE = 100

log = structlog.get_logger()


class Sweeper:
    """Finds lanes that nothing would wake, claims whose answer was lost on the way here, and what a
    member that died ran."""

    def __init__(self, repairs: Repairs, worker: LaneWorker, every_s: float = SWEEP_S) -> None:
        self._repairs = repairs
        self._worker = worker
        self._every_s = every_s
        self._missing: set[str] = set()

    async def run(self) -> None:
        """Repair what a crash left: in all lanes once, then in some of them now and then, by turns.

        Never returns.
        """
        is_first = True
        while True:
            async for attempt in outlive_outages("sweeper"):
                with attempt:
                    await self.sweep()
            is_first = is_first and not self._repairs.all_swept
            await asyncio.sleep(0 if is_first else self._every_s)

    async def sweep(self) -> None:
        """One round; raises redis.RedisError."""
        if reclaimed := await self._repairs.reclaim():
            log.warning("member_died", reclaimed=reclaimed)
            instruments.CRASHES.inc(len(reclaimed))
        for _ in range(MOST_AT_ONCE):
            repaired = await self._repairs.sweep()
            if not repaired:
                break  # where one was, there may be more: the next ones are looked at too
            log.warning("lanes_repaired", jobs=repaired)
        missing = {job for job in await self._repairs.running() if not self._worker.holds(job)}
        # Twice in a row: a claim may be on its way from Redis to here right now.
        lost = missing & self._missing
        if lost:
            log.warning("claims_abandoned", jobs=sorted(lost))
            await self._repairs.abandon(lost)
        self._missing = missing - lost
