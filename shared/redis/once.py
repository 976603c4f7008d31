"""Who may say what is said once in a time: who asks first, and the same one after a crash."""

from datetime import timedelta

from redis.asyncio import Redis


async def is_first(redis: Redis, key: str, who: str, within: timedelta) -> bool:
    """Whether `who` is the first in that time to ask for this key; raises redis.RedisError.

    True again for the same.
    """
    if await redis.set(key, who, nx=True, px=within):
        return True
    return await redis.get(key) in (None, who.encode())
