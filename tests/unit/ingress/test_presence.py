"""Web processes tell of themselves, and those that are gone are in nobody's list."""

import asyncio
import os
import time
from types import SimpleNamespace
from typing import Any

from fakeredis import FakeAsyncRedis

from ingress.operator.presence import Presence
from shared.between_processes.process_state import LOOK_S, OwnProcess, ProcessState
from shared.between_processes.web_state import GONE_MS, WebState
from shared.clocks.redis_time import RedisTime
from shared.keys import Keys

KEYS = Keys("t")


async def test_one_that_is_gone_is_taken_out_by_those_that_stay() -> None:
    """Each tells who it is and what it holds; what told nothing for a while is forgotten. The
    reception hears of how many others there are."""
    redis, seen = FakeAsyncRedis(), list[int]()
    now_ms = time.time_ns() // 1_000_000
    for pid, age_ms in ((1, GONE_MS + 60_000), (2, 0)):
        state = WebState(at_ms=now_ms - age_ms, process=ProcessState(pid=pid))
        await redis.hset(KEYS.web_processes, f"box:{pid}", state.model_dump_json())  # type: ignore[misc]
    others = SimpleNamespace(seen=seen.append)
    reception: Any = SimpleNamespace(spooled=3, time=RedisTime(), others=others)
    hub: Any = SimpleNamespace(watchers=4)
    task = asyncio.create_task(Presence(redis, KEYS, reception, hub).run())
    async with asyncio.timeout(5):
        while not seen:
            await asyncio.sleep(0.01)
    task.cancel()
    assert seen == [1]
    told = await redis.hvals(KEYS.web_processes)  # type: ignore[misc]
    states = {it.process.pid: it for it in map(WebState.model_validate_json, told)}
    assert states.keys() == {2, os.getpid()}
    me = states[os.getpid()]
    assert (me.spooled, me.watchers, me.process.rss_mb > 5) == (3, 4, True)
    await redis.aclose()


async def test_a_loop_that_stood_still_was_late() -> None:
    """By as much as it stood, told once."""
    process = OwnProcess()
    watching = asyncio.create_task(process.watch())
    await asyncio.sleep(0)
    time.sleep(LOOK_S + 0.4)  # noqa: ASYNC251 - that is what is to be seen
    await asyncio.sleep(0.01)
    assert 0.3 < process.state().lag_s < 5
    assert process.state().lag_s == 0
    watching.cancel()
