"""A command's look into Redis, as the processes' settings name it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from operate.ending import end
from shared.between_processes.commands import Command, send
from shared.keys import Keys
from shared.redis.client import redis_client
from shared.redis.format import Format, OtherFormat
from shared.startup.settings import SharedSettings, load_settings

Result = TypeVar("Result")


def in_redis(act: Callable[[Redis, Keys], Awaitable[Result]]) -> Result:
    """What `act` gives; ends the command with a sentence where Redis does not answer."""
    settings = load_settings(SharedSettings)

    async def run() -> Result:
        redis = redis_client(settings.redis_url)
        try:
            keys = Keys(settings.redis_prefix)
            await Format(redis, keys).check()
            return await act(redis, keys)
        finally:
            await redis.aclose()

    try:
        return asyncio.run(run())
    except OtherFormat as error:
        end(str(error))
    except RedisError as error:
        end(f"REDIS_URL: Redis does not answer ({type(error).__name__})")


def ask_the_consumer(command: Command) -> None:
    """Have the consumer carry it out: at once, or when there is one."""
    in_redis(lambda redis, keys: send(redis, keys, command))
