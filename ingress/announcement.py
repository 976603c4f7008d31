"""The announcement: the consumer is told that deliveries are taken again, so that it catches up."""

import asyncio

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from shared.between_processes.commands import CatchUp, send_once
from shared.keys import Keys

AGAIN_S = 1.0

log = structlog.get_logger()


async def announce(redis: Redis, keys: Keys) -> None:
    """Say it once, as soon as Redis is there; the list keeps it until a consumer is."""
    while True:
        try:
            # Once, however often we start while no consumer hears it.
            await send_once(redis, keys, CatchUp(asked_by="ingress"))
        except (RedisError, OSError):
            await asyncio.sleep(AGAIN_S)
        else:
            log.info("catch_up_requested")
            return
