"""What was turned away, by bot: the last whose key or URL is wrong, and how many of a day by why.

Written beside the answer and at most once a second, so that a stranger's flood costs nothing.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from shared.keys import Keys
from shared.operating.bots import Refusal
from shared.operating.reading.days import KEPT_S, TURNED_AWAY, utc_day
from shared.redis import clock

NO_BOT_OF_OURS = "?"
EVERY_S = 1.0

log = structlog.get_logger()


class Refusals:
    """Run `run()` beside the service."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis, self._keys = redis, keys
        self._newest: dict[str, int] = {}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._noted = asyncio.Event()

    def note(self, bot_id: str | None, status: int) -> None:
        """`bot_id`: one of ours, or None. Returns at once."""
        self._newest[bot_id or NO_BOT_OF_OURS] = status
        self._noted.set()

    def count(self, bot_id: str, why: str) -> None:
        """A message of Campfire's that was not taken in: reception.NOT_TAKEN. Returns at once."""
        self._counts[bot_id, why] += 1
        self._noted.set()

    async def run(self) -> None:
        """Tell Redis of what was turned away; never returns."""
        while True:
            await self._noted.wait()
            self._noted.clear()
            newest, self._newest = self._newest, {}
            counts, self._counts = self._counts, Counter()
            try:
                await self._write(newest, counts)
            except (RedisError, OSError) as error:
                log.warning("refusals_not_kept", error=type(error).__name__)
            await asyncio.sleep(EVERY_S)

    async def _write(self, newest: Mapping[str, int], counts: Counter[tuple[str, str]]) -> None:
        at_ms = await clock.now_ms(self._redis)
        pipe = self._redis.pipeline(transaction=False)
        for bot_id, status in newest.items():
            refusal = Refusal(at_ms=at_ms, status=status)
            pipe.hset(self._keys.refusals, bot_id, refusal.model_dump_json())
        day = self._keys.day(utc_day(at_ms))
        for (bot_id, why), number in counts.items():
            pipe.hincrby(day, f"{bot_id}:{TURNED_AWAY}:{why}", number)
            pipe.expire(day, KEPT_S)
        await pipe.execute()
