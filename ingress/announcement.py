"""The announcement: the consumer is told that deliveries are taken again, so that it catches up."""

import asyncio
import json

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from shared.keys import Keys

AGAIN_S = 1.0

log = structlog.get_logger()


async def announce(redis: Redis, keys: Keys) -> None:
    """Say it once, as soon as Redis is there; the list keeps it until a consumer is."""
    word = json.dumps({"catch_up": "ingress"})
    while True:
        try:
            # Once, however often we start while no consumer hears it.
            async with redis.pipeline(transaction=True) as pipe:
                await pipe.lrem(keys.commands, 0, word).rpush(keys.commands, word).execute()  # type: ignore[union-attr]
        except (RedisError, OSError):
            await asyncio.sleep(AGAIN_S)
        else:
            log.info("catch_up_requested")
            return
