"""What was spooled was acknowledged: the lane's bound no longer applies (from the fault suite)."""

import asyncio
from pathlib import Path

from redis.asyncio import Redis

from ingress.intake.reception import Reception
from ingress.intake.spool import Spool
from shared.acceptance.queue import RedisQueue
from shared.keys import Keys
from tests.conftest import eventually
from tests.deliveries import inbound


async def test_a_full_lane_takes_what_was_spooled(redis: Redis, keys: Keys, tmp_path: Path) -> None:
    """Campfire has its 204 and nobody would be told: the message may not be turned away now."""
    queue, spool = RedisQueue(redis, keys, lane_max_waiting=1), Spool(tmp_path)
    taken = [await queue.accept(inbound(number)) for number in (1, 2, 3)]
    assert taken == ["accepted", "accepted", "full"]
    await spool.put(inbound(4))
    feeding = asyncio.create_task(Reception(queue, spool).feed())

    async def is_fed() -> bool:
        return spool.waiting == 0

    await eventually(is_fed)
    feeding.cancel()
    await asyncio.gather(feeding, return_exceptions=True)
    jobs = await redis.lrange(keys.lane(inbound().lane), 0, -1)  # type: ignore[misc]
    assert [job.decode().rpartition(":")[2] for job in jobs] == ["1", "2", "4"]
