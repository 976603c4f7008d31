"""Reception: a message goes to Redis, to disk while Redis is away, or is turned away aloud."""

import asyncio
from typing import Literal

import structlog
from redis.exceptions import RedisError

from ingress.intake.other_spools import OtherSpools
from ingress.intake.spool import Spool
from shared.acceptance.queue import Acceptance, Queue
from shared.clocks.redis_time import RedisTime
from shared.inbound import InboundMessage
from shared.redis.client import SOCKET_TIMEOUT_S
from shared.redis.format import OtherFormat

FEED_EVERY_S = 0.5
BATCH = 50
OTHERS_MS = round(1000 * (SOCKET_TIMEOUT_S + 2 * FEED_EVERY_S))
"""Within so long after Redis is back every web process feeds: it asks each `FEED_EVERY_S`, and a
try that began while Redis was away ends within the socket's timeout."""

log = structlog.get_logger()

Where = Acceptance | Literal["spooled", "lost"]
NOT_TAKEN: frozenset[Where] = frozenset(("full", "looping", "limited", "lost"))
"""Nobody answers these."""


class Reception:
    """Takes responsibility for messages, whatever Redis does. Run `feed()` beside it."""

    def __init__(self, queue: Queue, spool: Spool) -> None:
        self.time = RedisTime()
        """Messages are accepted by it, whatever this machine's clock says: a worker on another one
        tells by it how old they are. It is told by Presence."""
        self.others = OtherSpools()
        """Presence tells it of them."""
        self._queue = queue
        self._spool = spool
        self._spooled = asyncio.Event()
        self._stuck = False
        self._told = ""

    @property
    def spooled(self) -> int:
        """How many messages wait on this disk."""
        return self._spool.waiting

    async def take(self, message: InboundMessage) -> Where:
        """Where the message went: `lost` means that the room must be told."""
        # Behind spooled messages a new one is spooled too, or it would overtake them.
        if self._spool.waiting == 0:
            try:
                return await self._queue.accept(message)
            except (RedisError, OSError) as error:
                log.warning("queue_unreachable", error=type(error).__name__)
            except OtherFormat as error:
                self._tell_of(error)
        try:
            await self._spool.put(message)
        except OSError as error:
            log.error("spool_failed", error=error.strerror)
            return "lost"
        self._spooled.set()
        return "spooled"

    async def feed(self) -> None:
        """Move what the spool holds to the queue, in order, once Redis is back; never returns."""
        while True:
            if self._spool.waiting == 0:
                self._spooled.clear()
                await self._spooled.wait()
            if not await self._feed_some():
                await asyncio.sleep(FEED_EVERY_S)

    async def _feed_some(self) -> bool:
        """Move a batch; False when it is better to wait a moment."""
        try:
            return await self._feed_batch()
        except RedisError:
            return False
        except OtherFormat as error:
            self._tell_of(error)
            return False
        except OSError as error:
            # No descriptor is free, or the disk is away: a feeder that ends would end the process.
            if not self._stuck:
                log.warning("spool_unreadable", error=error.strerror or type(error).__name__)
            self._stuck = True
            return False

    def _tell_of(self, error: OtherFormat) -> None:
        """Once, not twice a second."""
        if str(error) != self._told:
            log.error("queue_of_another_release", reason=str(error))
        self._told = str(error)

    async def _feed_batch(self) -> bool:
        """True when all of a batch is in the queue; raises RedisError, OSError."""
        try:
            batch = self._spool.peek(BATCH)
        except ValueError:
            log.error("spool_file_damaged", file=self._spool.set_aside().name)
            return True
        others_ms = OTHERS_MS if self.others.may_hold_some else 0
        for file, message in batch:
            acceptance = await self._queue.accept(message, promised=True, others_ms=others_ms)
            log.info("delivery_" + acceptance, spooled=True, **self._queue.log_context(message))
            self._spool.remove(file)
        self._stuck, self._told = False, ""
        return True
