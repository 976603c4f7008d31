"""The consumer's life: own the queue, run it, drain, let go. Any part that stops ends the whole."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import structlog
from redis.exceptions import RedisError

from consumer import instruments
from consumer.ending_tasks import cancel_until_done
from consumer.queue.ownership.heartbeat import Heart
from consumer.queue.ownership.lease import Lease
from consumer.queue.repairing.repairs import Repairs
from consumer.queue.repairing.sweeper import Sweeper
from consumer.queue.wakeup import WakeUp
from consumer.queue.worker import LaneWorker
from consumer.upgrade.upgrade import Upgrade
from shared.kill_points import reached
from shared.redis.outages import despite_outages

log = structlog.get_logger()


async def nothing_to_close() -> None:
    """Nothing is held of the lanes beside their jobs."""


class Service:
    """The parts that run side by side on one loop; `more` are parts beside the queue's own."""

    def __init__(
        self,
        lease: Lease,
        heart: Heart,
        repairs: Repairs,
        wakeup: WakeUp,
        worker: LaneWorker,
        upgrade: Upgrade,
        *,
        grace_s: float,
        leave: Callable[[], None] = lambda: None,
        close: Callable[[], Awaitable[None]] = nothing_to_close,
        more: dict[str, Callable[[], Coroutine[Any, Any, None]]] | None = None,
    ) -> None:
        """`leave`: lets go of what nothing runs in, and of the rest as it ends; `close`: of all."""
        self._more = more or {}
        self._lease = lease
        self._heart = heart
        self._repairs = repairs
        self._wakeup = wakeup
        self._worker = worker
        self._upgrade = upgrade
        self._grace_s = grace_s
        self._leave, self._close = leave, close
        self._stop = asyncio.Event()

    @property
    def is_draining(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Begin the drain; called on SIGTERM and SIGINT, harmless twice."""
        log.info("drain_requested", running=self._worker.busy)
        self._worker.allow_pick_jobs = False  # what is handed over from here on is given back
        self._stop.set()

    async def run(self) -> None:
        """Until `stop()`; raises whatever ended a part that must not end."""
        if not await self._own_the_queue():
            # It may beat already: what was carried over, or reclaimed, took until now.
            await asyncio.to_thread(self._heart.stop)
            await self._release()
            return
        parts = {name: asyncio.create_task(part, name=name) for name, part in self._parts().items()}
        try:
            await self._until_stopped(parts)
        finally:
            await self._let_go(list(parts.values()))

    async def _own_the_queue(self) -> bool:
        """Wait for the lease and take over; False when stopped while waiting."""
        waiting = asyncio.create_task(self._acquire())
        stopped = asyncio.create_task(self._stop.wait())
        await asyncio.wait({waiting, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not waiting.done():
            await cancel_until_done([waiting], "drain", again_s=0.2)
            return False
        waiting.result()
        return True

    async def _acquire(self) -> None:
        await despite_outages("format", self._upgrade.refuse_newer)
        await despite_outages("lease", self._lease.acquire)
        self._heart.start()
        await despite_outages("upgrade", self._upgrade.run)
        reclaimed = await despite_outages("reclaim", self._repairs.reclaim)
        instruments.CRASHES.inc(len(reclaimed))
        # Clean-up and prewarming look once now: what is nobody's would be left for an hour.
        await self._heart.tells_who_is_first()
        reached("queue.reclaimed")
        log.info("consumer_ready", reclaimed=reclaimed)

    def _parts(self) -> dict[str, Coroutine[Any, Any, None]]:
        return {
            "worker": self._worker.main(),
            "wakeup": self._wakeup.listen(),
            "sweeper": Sweeper(
                self._repairs, self._worker.holds, on_lost=self._worker.handed.void_until
            ).run(),
            "heart": self._heart.watch(),
            **{name: run() for name, run in self._more.items()},
        }

    async def _until_stopped(self, parts: dict[str, asyncio.Task[None]]) -> None:
        stopped = asyncio.create_task(self._stop.wait(), name="stop")
        ended, _ = await asyncio.wait(
            {stopped, *parts.values()}, return_when=asyncio.FIRST_COMPLETED
        )
        stopped.cancel()
        for part in ended - {stopped}:
            # Not its repr: a UnicodeError's holds all that it failed over, be it a key.
            log.critical(
                "part_stopped", part=part.get_name(), error=type(part.exception()).__name__
            )
            part.result()

    async def _let_go(self, parts: list[asyncio.Task[None]]) -> None:
        """Drain and close while the heart beats, then give the lease up: a session that still
        ends would write into the conversation that our successor goes on with."""
        # A part that stopped by itself has lost the right to go on: nothing is waited for.
        self._worker.allow_pick_jobs = False
        with suppress(RedisError, OSError):
            await self._lease.begin_to_leave()
        self._leave()  # whoever is woken for what we let go is not we
        await self._worker.drain(self._grace_s if self._stop.is_set() else 0)
        try:
            await self._close()
        finally:
            await cancel_until_done(parts, "drain", again_s=0.2)
            await asyncio.to_thread(self._heart.stop)
            await self._release()
        log.info("consumer_drained")

    async def _release(self) -> None:
        with suppress(RedisError, OSError):  # Redis may be away: then the lease lapses
            await self._lease.release()
