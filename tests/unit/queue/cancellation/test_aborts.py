"""What a dashboard aborts is stopped by the member that runs it."""

import asyncio

from arq.constants import abort_jobs_ss
from fakeredis import FakeAsyncRedis

from consumer.queue.cancellation.aborts import Aborts
from shared.keys import Keys
from tests.conftest import eventually


async def test_a_job_that_another_runs_is_left_to_it() -> None:
    """Ours and what waits are stopped and forgotten; theirs, and others' jobs, stay listed."""
    redis, keys, stopped = FakeAsyncRedis(), Keys("aborts"), list[str]()
    ours, theirs, waits = (f"{keys.tag}:assistant:2:{n}" for n in (1, 2, 3))
    foreign = "somebody's"
    for job, by in ((ours, "a:1"), (theirs, "b:2")):
        fields = {"token": "t", "by": by}
        await redis.hset(keys.message(job), mapping=fields)  # type: ignore[misc]
    await redis.zadd(abort_jobs_ss, dict.fromkeys((ours, theirs, waits, foreign), 1.0))

    async def stop(job_id: str) -> None:
        stopped.append(job_id)

    running = asyncio.create_task(Aborts(redis, keys, "a:1", stop).run())

    async def two_left() -> bool:
        return bool(await redis.zcard(abort_jobs_ss) == 2)

    try:
        await eventually(two_left)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert sorted(stopped) == [ours, waits]
    assert set(await redis.zrange(abort_jobs_ss, 0, -1)) == {theirs.encode(), foreign.encode()}
