"""Two web processes with a spool each: who feeds last may have what was said first."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from consumer.queue.lanes import Lanes
from ingress.intake.other_spools import LOOKS
from ingress.intake.reception import OTHERS_MS, Reception
from ingress.intake.spool import Spool
from shared.acceptance.queue import RedisQueue
from shared.keys import Keys
from shared.redis import clock
from tests.conftest import eventually
from tests.deliveries import inbound
from tests.membership import join


@pytest.mark.parametrize(("others", "waits"), [(1, True), (0, False)])
async def test_what_is_fed_waits_where_others_may_feed_too(
    redis: Redis, keys: Keys, tmp_path: Path, others: int, waits: bool
) -> None:
    """As long as they may take to begin; where it is known to be the only one, not at all."""
    await join(redis, keys, "me")
    before = await clock.now_ms(redis)
    await feed(redis, keys, tmp_path, number=16, others=others)
    job = keys.job_id(inbound(16))
    due = await redis.zscore(keys.queue, job)
    assert due is not None
    assert (due >= before + OTHERS_MS) is waits
    await feed(redis, keys, tmp_path, number=1, others=others)
    await redis.zincrby(keys.queue, -OTHERS_MS - 60_000, keys.job_id(inbound(1)))
    (claim,) = await Lanes(redis, keys, "me", lease_ms=60_000).claim(5)
    assert claim.message.message_id == "1"


async def feed(redis: Redis, keys: Keys, folder: Path, *, number: int, others: int) -> None:
    """A web process that knows of so many others feeds one message."""
    spool = Spool(folder / str(number))
    reception = Reception(RedisQueue(redis, keys), spool)
    for _ in range(LOOKS):
        reception.others.seen(others)
    await spool.put(inbound(number))
    feeding = asyncio.create_task(reception.feed())

    async def is_fed() -> bool:
        return spool.waiting == 0

    await eventually(is_fed)
    feeding.cancel()
    await asyncio.gather(feeding, return_exceptions=True)
