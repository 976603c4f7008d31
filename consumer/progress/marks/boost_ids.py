"""Which boosts are known to be ours, so that one that got lost can be found by its number.

Campfire lists no boosts to bots and counts those of all rooms in one row. A boost whose maker died
before it knew the id lies between the newest that was known before and the next one of ours.
Every id there that we know is another message's, and is left alone; a boost of somebody else's
cannot be taken down by a bot (a48).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis

from shared.keys import Keys
from shared.redis.outages import despite_outages

MOST_KNOWN = 1000
MOST_GUESSED = 40
"""Each guess is a request; the nearest below ours are tried."""
REMEMBER_SECONDS = 7 * 24 * 3600


class BoostIds:
    """The newest ids, in Redis. While somebody guesses, nobody in this process makes a boost:
    one whose id is on its way is unknown too."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis, self._name = redis, keys.boosts
        self._making = self._guessing = 0
        self._nobody_makes, self._nobody_guesses = asyncio.Event(), asyncio.Event()
        self._nobody_makes.set()
        self._nobody_guesses.set()

    @asynccontextmanager
    async def making(self) -> AsyncIterator[int]:
        """Make a boost and `keep` its id in here; gives the newest id that is known, or 0."""
        while self._guessing:
            await self._nobody_guesses.wait()
        self._making += 1
        self._nobody_makes.clear()
        try:
            yield await despite_outages("boost_ids", self._newest)
        finally:
            self._making -= 1
            if not self._making:
                self._nobody_makes.set()

    async def keep(self, boost_id: int) -> None:
        """This one is ours, and its message knows it."""
        await despite_outages("boost_ids", self._keep, boost_id)

    @asynccontextmanager
    async def unknown(self, above: int, below: int) -> AsyncIterator[list[int]]:
        """The ids between these two that nobody knows, the highest first."""
        self._guessing += 1
        self._nobody_guesses.clear()
        try:
            while self._making:
                await self._nobody_makes.wait()
            yield await despite_outages("boost_ids", self._unknown, above, below)
        finally:
            self._guessing -= 1
            if not self._guessing:
                self._nobody_guesses.set()

    async def _newest(self) -> int:
        newest = await self._redis.zrevrange(self._name, 0, 0)
        return int(newest[0]) if newest else 0

    async def _keep(self, boost_id: int) -> None:
        pipe = self._redis.pipeline(transaction=False)
        pipe.zadd(self._name, {str(boost_id): boost_id})
        pipe.zremrangebyrank(self._name, 0, -1 - MOST_KNOWN)
        pipe.expire(self._name, REMEMBER_SECONDS)
        await pipe.execute()

    async def _unknown(self, above: int, below: int) -> list[int]:
        lowest = max(above + 1, below - MOST_GUESSED)
        known = {int(each) for each in await self._redis.zrangebyscore(self._name, lowest, below)}
        return [number for number in range(below - 1, lowest - 1, -1) if number not in known]
