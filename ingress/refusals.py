"""What was turned away last, by bot: a key or a URL that is wrong shows to the operator.

Written beside the answer and at most once a second, so that a stranger's flood costs nothing.
"""

import asyncio

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from shared.keys import Keys
from shared.operating.bots import Refusal
from shared.redis import clock

NO_BOT_OF_OURS = "?"
EVERY_S = 1.0

log = structlog.get_logger()


class Refusals:
    """Run `run()` beside the service."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis, self._keys = redis, keys
        self._newest: dict[str, int] = {}
        self._noted = asyncio.Event()

    def note(self, bot_id: str | None, status: int) -> None:
        """`bot_id`: one of ours, or None. Returns at once."""
        self._newest[bot_id or NO_BOT_OF_OURS] = status
        self._noted.set()

    async def run(self) -> None:
        """Never returns."""
        while True:
            await self._noted.wait()
            self._noted.clear()
            newest, self._newest = self._newest, {}
            try:
                await self._write(newest)
            except (RedisError, OSError) as error:
                log.warning("refusals_not_kept", error=type(error).__name__)
            await asyncio.sleep(EVERY_S)

    async def _write(self, newest: dict[str, int]) -> None:
        at_ms = await clock.now_ms(self._redis)
        pipe = self._redis.pipeline(transaction=False)
        for bot_id, status in newest.items():
            refusal = Refusal(at_ms=at_ms, status=status)
            pipe.hset(self._keys.refusals, bot_id, refusal.model_dump_json())
        await pipe.execute()
