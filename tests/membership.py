"""Members of the queue, as tests make them."""

from redis.asyncio import Redis

from shared.keys import Keys
from shared.redis import clock

A_DAY_MS = 24 * 3600 * 1000


async def join(redis: Redis, keys: Keys, me: str) -> None:
    """Let `me` be a member for a day."""
    await redis.zadd(keys.members, {me: await clock.now_ms(redis) + A_DAY_MS})


async def leave_all(redis: Redis, keys: Keys) -> None:
    """Let nobody be one."""
    await redis.delete(keys.members, keys.lease)


async def members(redis: Redis, keys: Keys) -> list[str]:
    """Who is one, also with a lease that has lapsed."""
    return [me.decode() for me in await redis.zrange(keys.members, 0, -1)]


async def oust(redis: Redis, keys: Keys, me: str) -> None:
    """Let others have found `me` dead, as if it had been frozen: another lives, for a moment."""
    pipe = redis.pipeline(transaction=True)
    pipe.zrem(keys.members, me)
    pipe.zadd(keys.members, {"another:1": await clock.now_ms(redis) + 500})
    await pipe.execute()
