"""Reads requests for approval; nothing here changes one. Every method raises redis.RedisError."""

from collections.abc import Awaitable, Iterable
from contextlib import suppress
from typing import cast

from redis.asyncio import Redis

from shared.approvals.request import OPEN, Request
from shared.keys import Keys
from shared.lane import Lane

LOOKED_AT = 50
"""Open ones of a lane among which the only one is looked for: of more none is."""


class Requests:
    """Reads the requests of one deployment."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis, self._keys = redis, keys

    async def of(self, bot_id: str, number: int) -> Request | None:
        """The bot's of that number; None: there is none, or not any more."""
        found = await self.all(bot_id, [number])
        return found[0] if found else None

    async def all(self, bot_id: str, numbers: Iterable[int]) -> list[Request]:
        """The bot's requests of these numbers, as far as they exist, in their order."""
        wanted = sorted(set(numbers))
        pipe = self._redis.pipeline(transaction=False)
        for number in wanted:
            pipe.hgetall(self._keys.approval(bot_id, number))
        found = []
        for number, stored in zip(wanted, await pipe.execute(), strict=True):
            with suppress(ValueError):  # another release's: it is none to us
                found.append(Request.read(number, stored))
        return found

    async def bots(self) -> list[str]:
        """The ids of the bots that ever asked for anything."""
        start = self._keys.approval_count("")
        found = [key.decode() async for key in self._redis.scan_iter(match=f"{start}*", count=1000)]
        return sorted(key.removeprefix(start) for key in found)

    async def waiting(self, bot_id: str) -> list[Request]:
        """The bot's requests that may still run."""
        numbers = await self._redis.zrange(self._keys.approvals_open(bot_id), 0, -1)
        return await self.all(bot_id, map(int, numbers))

    async def overdue(self, bot_id: str, now_ms: int) -> list[Request]:
        """Those of the waiting ones whose time is over."""
        key = self._keys.approvals_open(bot_id)
        return await self.all(bot_id, map(int, await self._redis.zrangebyscore(key, 0, now_ms)))

    async def kept(self, bot_id: str, most: int) -> list[Request]:
        """The bot's requests that were asked for last, whatever became of them."""
        last = int(await self._redis.get(self._keys.approval_count(bot_id)) or 0)
        return await self.all(bot_id, range(max(1, last - most + 1), last + 1))

    async def only_open(self, lane: Lane) -> Request | None:
        """The one that waits for an answer in this lane; None: none, or several."""
        members = self._redis.smembers(self._keys.approvals_in(lane))
        numbers = await cast(Awaitable[set[bytes]], members)
        if len(numbers) > LOOKED_AT:
            return None
        found = await self.all(lane.bot_id, map(int, numbers))
        waiting = [request for request in found if request.state == OPEN]
        return waiting[0] if len(waiting) == 1 else None
