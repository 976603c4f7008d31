"""Bots that are not ours: a webhook shows them as people, so who met one writes its id down."""

from collections.abc import Awaitable
from typing import cast

from redis.asyncio import Redis

from shared.keys import Keys


class ForeignBots:
    """The set that the acceptance script reads (accept.lua): a few ids, kept."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def add(self, user_id: int) -> None:
        """From now on this user's messages go through the loop guard; raises RedisError."""
        added = self._redis.sadd(self._keys.foreign_bots, user_id)
        await cast(Awaitable[int], added)
