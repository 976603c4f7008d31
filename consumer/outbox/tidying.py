"""Drops the kept files of messages that ended while nobody was there to drop them."""

import asyncio

from redis.asyncio import Redis

from consumer.outbox.outgoing import Outgoing
from shared.keys import Keys
from shared.redis.outages import outlive_outages


async def tidy(outgoing: Outgoing, redis: Redis, keys: Keys) -> None:
    """Once, at the start; never returns, as every part of the service."""
    async for attempt in outlive_outages("outgoing"):
        with attempt:
            await outgoing.tidy(
                keys.prefix, lambda job: redis.exists(keys.message(keys.stored(job)))
            )
    await asyncio.Event().wait()
