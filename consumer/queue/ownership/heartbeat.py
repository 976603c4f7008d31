"""The heart: renews the lease from a thread of its own, as long as the event loop still turns.

A loop that is merely busy keeps its lease; one that is stuck loses it, and in the end the process
is ended for its supervisor to start again.
"""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import redis as blocking_redis
import structlog
from redis.commands.core import Script

from consumer.queue.errors import LeaseLost, Stalled
from consumer.queue.lua import QUEUE_SCRIPTS
from consumer.queue.ownership.membership import Membership
from shared.keys import Keys
from shared.redis.client import blocking_client
from shared.startup.process import EXIT_FAILED

BEATS_A_LEASE = 5
TICKS_A_BEAT = 4
"""How often the loop is seen to turn. Each wakes a process that may have nothing else to do."""
FIRST = 2

log = structlog.get_logger()


class Heart:
    """Beats from `start()` to `stop()`; `failed` resolves when it can beat no more.

    `state` gives the JSON that `/ready` looks for and `/session/stats` does not read, `tally` the
    line for which `arq --check` looks.
    """

    def __init__(
        self,
        redis_url: str,
        keys: Keys,
        member: Membership,
        *,
        lease_ms: int,
        stuck_after_s: float,
        state: Callable[[], str],
        tally: Callable[[], str],
    ) -> None:
        # A connection of its own: the loop's pool belongs to a loop that may be stuck.
        timeout = max(lease_ms / 1000 / BEATS_A_LEASE, 0.2)
        self._redis = blocking_client(redis_url, timeout_s=timeout)
        self._renew: Script = self._redis.register_script(QUEUE_SCRIPTS["renew"])
        self._keys = keys
        self._names = [keys.members, keys.running, keys.heartbeat, keys.queue, keys.health]
        self._names += [keys.lease, keys.leaving, keys.heartbeat_of(member.name)]
        self._member = member
        self._lease_ms = lease_ms
        self._tick_s = lease_ms / 1000 / BEATS_A_LEASE / TICKS_A_BEAT
        self._stuck_after_s = stuck_after_s
        self._state, self._tally = state, tally
        self._ticked = time.monotonic()
        self.renewed_s: float | None = None
        """When the lease was last renewed, by the monotonic clock; None: never, or it is lost."""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heart", daemon=True)
        self._failed: asyncio.Future[None] | None = None
        self._beaten = asyncio.Event()

    @property
    def lag_s(self) -> float:
        """How late the loop's next turn is now, in seconds."""
        return max(0.0, time.monotonic() - self._ticked - self._tick_s)

    def start(self) -> None:
        """Begin to beat; call it on the loop to be watched."""
        self._loop = asyncio.get_running_loop()
        self._failed = self._loop.create_future()
        self._tick()
        self._thread.start()

    async def tells_who_is_first(self) -> None:
        """Wait for the first beat where there may be others: before it nobody knows who is to do
        what is done once. Returns too where it can beat no more, which `watch` tells."""
        if self._failed is None or not self._member.shared:
            return
        beaten = asyncio.create_task(self._beaten.wait(), name="first beat")
        either: set[asyncio.Future[Any]] = {beaten, self._failed}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        beaten.cancel()

    async def watch(self) -> None:
        """Wait for the heart's end: raises LeaseLost, or Stalled when its thread has died."""
        if self._failed is None:
            raise Stalled("the heart was never started")
        await self._failed

    def stop(self) -> None:
        """Stop beating; harmless when never started or stopped before."""
        self._stopping.set()
        self.renewed_s = None
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._redis.close()

    def _tick(self) -> None:
        """Runs on the loop: proof that it turns."""
        self._ticked = time.monotonic()
        if not self._stopping.is_set():
            self._loop.call_later(self._tick_s, self._tick)

    def _beat(self) -> None:
        try:
            while not self._stopping.is_set():
                self._beat_once()
                self._stopping.wait(self._lease_ms / 1000 / BEATS_A_LEASE)
        except LeaseLost as error:
            self._report(error)
        except Exception as error:  # noqa: BLE001 - the thread must not die in silence: the loop is told
            self._report(Stalled(f"the heart stopped: {type(error).__name__}: {error}"))

    def _beat_once(self) -> None:
        still_for = time.monotonic() - self._ticked
        if still_for > self._stuck_after_s:
            self._end_the_process(still_for)
        if still_for > self._lease_ms / 1000 / 2:
            return  # stuck: let the lease lapse, so that another may take over
        try:
            held = self._renew(keys=self._names, args=self._arguments())
        except blocking_redis.RedisError as error:
            log.warning("heartbeat_missed", error=type(error).__name__)
            return
        self.renewed_s = time.monotonic() if held else None
        self._loop.call_soon_threadsafe(partial(self._tell, first=held == FIRST))
        if not held:
            raise LeaseLost("others went on without this consumer, which they found dead")

    def _tell(self, *, first: bool) -> None:
        self._member.told(first=first)
        self._beaten.set()

    def _arguments(self) -> list[str | int]:
        marks, messages = self._keys.in_progress(""), self._keys.message("")
        return [self._member.me, self._lease_ms, marks, self._state(), self._tally(), messages]

    def _report(self, error: Exception) -> None:
        def tell() -> None:
            if self._failed is not None and not self._failed.done():
                self._failed.set_exception(error)

        self._loop.call_soon_threadsafe(tell)

    def _end_the_process(self, still_for: float) -> None:
        log.critical("event_loop_stuck", seconds=round(still_for, 1))
        sys.stdout.flush()
        os._exit(EXIT_FAILED)
