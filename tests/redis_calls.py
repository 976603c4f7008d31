"""What something costs, in commands that Redis carries out: however loaded the machine is."""

from redis.asyncio import Redis


async def calls(redis: Redis) -> int:
    """How many commands Redis has carried out, those within scripts too, but for these."""
    stats = await redis.info("commandstats")
    return sum(it["calls"] for name, it in stats.items() if name != "cmdstat_info")
