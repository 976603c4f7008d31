"""A dashboard's button, arq's `Job.abort()`: what runs stops, what waits is cancelled."""

import asyncio
from typing import cast

from arq.connections import ArqRedis
from arq.constants import abort_jobs_ss
from arq.jobs import Job
from redis.asyncio import Redis

from shared.redis.wire import from_wire
from tests.conftest import eventually
from tests.integration.conftest import Stage


async def _abort(stage: Stage, job_id: str) -> bool:
    """Press the button; gives what arq says of it, once the message has ended."""
    return await _job(stage, job_id).abort(timeout=30, poll_delay=0.05)


async def _ending(stage: Stage, job_id: str) -> str:
    """How the message ended, as arq's own reader of results sees it."""
    info = await _job(stage, job_id).result_info()
    assert info is not None
    assert not info.success
    assert isinstance(info.result, asyncio.CancelledError)
    return cast(str, info.result.args[0]["outcome"])


def _job(stage: Stage, job_id: str) -> Job:
    return Job(job_id, ArqRedis(stage.redis.connection_pool), stage.keys.queue, from_wire)


async def test_a_running_message_is_stopped_once_and_for_all(stage: Stage) -> None:
    """As the control word `stop` does it: one sentence, no second turn, the lane goes on."""
    await stage.start()
    stage.agent.hold("slow", "too late")
    job_id = await stage.say("slow")
    await stage.agent.until_asked("slow")
    assert await _abort(stage, job_id)
    assert await _ending(stage, job_id) == "cancelled"
    await stage.say("next")
    await stage.heard("answer to next")
    assert await stage.bot_said() == ["Stopped, as asked.", "answer to next"]
    assert stage.agent.prompts == ["slow", "next"]


async def test_a_waiting_message_is_cancelled(stage: Stage) -> None:
    """It never begins, and what runs before it is not touched."""
    await stage.start()
    go_on = stage.agent.hold("slow", "done")
    await stage.say("slow")
    await stage.agent.until_asked("slow")
    job_id = await stage.say("behind")
    assert await _abort(stage, job_id)
    assert await _ending(stage, job_id) == "cancelled"
    go_on.set()
    await stage.heard("done")
    await stage.until_idle()
    assert stage.agent.prompts == ["slow"]


async def test_what_has_ended_and_what_is_not_ours_is_left_alone(
    stage: Stage, redis: Redis
) -> None:
    """The mark of an ended message goes; another queue's stays for its own worker."""
    await stage.start()
    job_id = await stage.say("hello")
    await stage.heard("answer to hello")
    await stage.until_idle()
    assert not await _abort(stage, job_id)
    foreign = f"other-{stage.keys.prefix}"
    await redis.zadd(abort_jobs_ss, {job_id: 1, foreign: 1})

    async def forgotten() -> bool:
        return await redis.zscore(abort_jobs_ss, job_id) is None

    await eventually(forgotten)
    assert await redis.zscore(abort_jobs_ss, foreign) is not None
    await redis.zrem(abort_jobs_ss, foreign)
    await stage.say("next")
    await stage.heard("answer to next")
    assert await stage.bot_said() == ["answer to hello", "answer to next"]
