"""What operators are told of deliveries, by bot: when Campfire made one last, the last that was
turned away for its key or URL, and how many of a day were not taken in, by why.

Written beside the answer, at most once a second: a flood, also a stranger's, costs nothing.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from shared.keys import Keys
from shared.operating.bots import Refusal
from shared.operating.reading.days import KEPT_S, TURNED_AWAY, utc_day
from shared.redis import clock

NO_BOT_OF_OURS = "?"
EVERY_S = 1.0
LAST_S = 0.2
"""For what is left to write when the process ends."""

log = structlog.get_logger()


class Deliveries:
    """Run `run()` beside the service; all else returns at once. Times are ms by Redis's clock."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis, self._keys = redis, keys
        self._taken: dict[str, int] = {}
        self._refused: dict[str, Refusal] = {}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._noted = asyncio.Event()
        self._fails = False

    def came(self, bot_id: str, at_ms: int) -> None:
        """Campfire delivered a message to one of ours."""
        self._taken[bot_id] = at_ms
        self._noted.set()

    def refused(self, bot_id: str | None, status: int, at_ms: int) -> None:
        """One was turned away before it was read. `bot_id`: one of ours, or None."""
        self._refused[bot_id or NO_BOT_OF_OURS] = Refusal(at_ms=at_ms, status=status)
        self._noted.set()

    def not_taken(self, bot_id: str, why: str) -> None:
        """A message that came was not taken in: reception.NOT_TAKEN."""
        self._counts[bot_id, why] += 1
        self._noted.set()

    async def run(self) -> None:
        """Tell Redis of them; cancelled, once more. Never returns."""
        try:
            while True:
                await self._noted.wait()
                await self._tell()
                await asyncio.sleep(EVERY_S)
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_S):
                    await self._tell()

    async def _tell(self) -> None:
        self._noted.clear()
        taken, self._taken = self._taken, {}
        refused, self._refused = self._refused, {}
        counts, self._counts = self._counts, Counter()
        try:
            await self._write(taken, refused, counts)
        except (RedisError, OSError) as error:
            if not self._fails:
                log.warning("deliveries_not_noted", error=type(error).__name__)
            self._fails = True
            self._again(taken, refused)
        else:
            self._fails = False

    async def _write(
        self,
        taken: Mapping[str, int],
        refused: Mapping[str, Refusal],
        counts: Counter[tuple[str, str]],
    ) -> None:
        if not (taken or refused or counts):
            return
        at_ms = await clock.now_ms(self._redis)
        pipe = self._redis.pipeline(transaction=False)
        if taken:
            pipe.hset(self._keys.deliveries, mapping=dict(taken))
        for bot_id, refusal in refused.items():
            pipe.hset(self._keys.refusals, bot_id, refusal.model_dump_json())
        day = self._keys.day(utc_day(at_ms))
        for (bot_id, why), number in counts.items():
            pipe.hincrby(day, f"{bot_id}:{TURNED_AWAY}:{why}", number)
            pipe.expire(day, KEPT_S)
        await pipe.execute()

    def _again(self, taken: Mapping[str, int], refused: Mapping[str, Refusal]) -> None:
        """What was not written, unless something newer came, with what comes next. Not the counts:
        Redis may have some of them."""
        self._taken = {**taken, **self._taken}
        self._refused = {**refused, **self._refused}
        self._noted.set()
