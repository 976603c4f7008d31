"""Drops the kept files of messages that ended while nobody was there to drop them."""

import asyncio
from collections.abc import Awaitable

from redis.asyncio import Redis

from consumer.outbox.outgoing import Outgoing
from shared.keys import Keys
from shared.redis.outages import despite_outages


async def tidy(outgoing: Outgoing, redis: Redis, keys: Keys) -> None:
    """Once, at the start; never returns, as every part of the service."""

    def is_unended(job: str) -> Awaitable[int]:
        return redis.exists(keys.message(keys.stored(job)))

    await despite_outages("outgoing", outgoing.tidy, keys.prefix, is_unended)
    await asyncio.Event().wait()
