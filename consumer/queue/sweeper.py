"""The sweeper: every few seconds, repairs what a crash left between two steps."""

import asyncio

import structlog

from consumer.queue.repairs import Repairs
from consumer.queue.worker import LaneWorker
from shared.redis.outages import outlive_outages

SWEEP_S = 5.0

log = structlog.get_logger()


class Sweeper:
    """Finds lanes that nothing would wake, and claims whose answer was lost on the way here."""

    def __init__(self, repairs: Repairs, worker: LaneWorker, every_s: float = SWEEP_S) -> None:
        self._repairs = repairs
        self._worker = worker
        self._every_s = every_s
        self._missing: set[str] = set()

    async def run(self) -> None:
        """Repair, now and then, what a crash left; never returns."""
        while True:
            async for attempt in outlive_outages("sweeper"):
                with attempt:
                    await self.sweep()
            await asyncio.sleep(self._every_s)

    async def sweep(self) -> None:
        """One round; raises redis.RedisError."""
        repaired = await self._repairs.sweep()
        if repaired:
            log.warning("lanes_repaired", jobs=repaired)
        missing = {job for job in await self._repairs.running() if not self._worker.holds(job)}
        # Twice in a row: a claim may be on its way from Redis to here right now.
        lost = missing & self._missing
        if lost:
            log.warning("claims_abandoned", jobs=sorted(lost))
            await self._repairs.abandon(lost)
        self._missing = missing - lost
