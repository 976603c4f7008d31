"""How long after its acceptance a message's turn starts, over a bare hop through Redis."""

import time
from asyncio import StreamReader, create_subprocess_exec
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import cast

from redis.asyncio import Redis

from shared.acceptance.queue import RedisQueue
from shared.keys import Keys
from shared.redis.client import redis_client
from tests.acceptance.environment import stack_environment
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.results.ratio import Ratio, latency_ratios
from tests.benchmarks.server import running_server
from tests.conftest import eventually
from tests.deliveries import inbound

MESSAGES, WARM_UP = 800, 20
NO_OP = "tests.benchmarks.programs.no_op_consumer"
PREFIX, HOP = "bench-accept", "bench-hop"


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """A message, a hop, a message …, each alone in the system, to the same process."""
    campfire = running_server(
        "python -m tests.benchmarks.programs.bare_server 201", workshop.folder, {}
    )
    async with campfire as (port, _), no_op_consumer(workshop, port, PREFIX, HOP) as lines:
        redis, keys = redis_client(workshop.valkey.url), Keys(PREFIX)
        try:
            turns, hops = await _by_turns(redis, keys, lines, workshop.times(MESSAGES))
        finally:
            await redis.aclose()
    return latency_ratios(
        "accept → turn start", ("accept → turn start", turns), ("LPUSH → BLPOP", hops)
    )


async def _by_turns(
    redis: Redis, keys: Keys, lines: StreamReader, messages: int
) -> tuple[list[float], list[float]]:
    queue = RedisQueue(redis, keys)
    turns, hops = list[float](), list[float]()
    await eventually(lambda: redis.exists(keys.heartbeat), within_s=120)
    for number in range(1, messages + WARM_UP + 1):
        message = inbound(number, room_id=number, accepted_ms=time.time_ns() // 1_000_000)
        began = time.monotonic_ns()
        await queue.accept(message)
        turns.append(await told(lines, "turn") - began)
        await eventually(lambda: idle(redis, keys))
        began = time.monotonic_ns()
        await cast(Awaitable[int], redis.lpush(HOP, "1"))
        hops.append(await told(lines, "hop") - began)
    return turns[WARM_UP:], hops[WARM_UP:]


async def told(lines: StreamReader, what: str) -> int:
    """The time on its next line, which is of that kind; ns."""
    word, nanoseconds = (await lines.readline()).decode().split()
    assert word == what
    return int(nanoseconds)


async def idle(redis: Redis, keys: Keys) -> bool:
    """Whether no turn runs."""
    return not await cast(Awaitable[int], redis.scard(keys.running))


@asynccontextmanager
async def no_op_consumer(
    workshop: Workshop, campfire_port: int, prefix: str, hop: str, **settings: str
) -> AsyncIterator[StreamReader]:
    """Its lines, see tests.benchmarks.programs.no_op_consumer; `settings` beside a stack's own."""
    running = consumer_process(workshop, campfire_port, prefix, NO_OP, hop, **settings)
    async with running as process:
        yield cast(StreamReader, process.stdout)


@asynccontextmanager
async def consumer_process(
    workshop: Workshop, campfire_port: int, prefix: str, module: str, key: str, **settings: str
) -> AsyncIterator[Process]:
    """A module that is run with the name of a key, in a stack's environment; stdout is a pipe."""
    environment = stack_environment(
        workshop.folder,
        redis_url=workshop.valkey.url,
        prefix=prefix,
        web_port=0,
        sandbox_port=campfire_port,
    )
    process = await create_subprocess_exec(
        *("python", "-m", module, key),
        env={**environment, **settings},
        cwd=workshop.folder,
        stdout=PIPE,
    )
    try:
        yield process
    finally:
        process.terminate()
        await process.communicate()
