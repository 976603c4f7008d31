"""Control words: what must not wait in a lane reaches the consumer through a list of its own."""

import json
from collections.abc import Awaitable, Callable
from typing import cast

import structlog
from redis.asyncio import Redis

from consumer.queue.outages import outlive_outages
from consumer.queue.wakeup import LISTEN_S
from shared.keys import Keys

log = structlog.get_logger()

Cancel = Callable[[str], Awaitable[None]]


class Control:
    """Hears control words and has them carried out, one after the other."""

    def __init__(self, redis: Redis, keys: Keys, cancel: Cancel) -> None:
        self._redis = redis
        self._keys = keys
        self._cancel = cancel

    async def listen(self) -> None:
        """Never returns."""
        while True:
            async for attempt in outlive_outages("control"):
                with attempt:
                    await self._listen_once()

    async def _listen_once(self) -> None:
        heard = await cast(
            Awaitable[tuple[bytes, bytes] | None],
            self._redis.blpop([self._keys.control], timeout=LISTEN_S),
        )
        if heard is None:
            return
        try:
            job_id = json.loads(heard[1])["cancel"]
        except (ValueError, KeyError, TypeError):
            log.warning("control_word_unknown")
            return
        await self._cancel(str(job_id))
