"""How long after its acceptance a message's turn starts, over a bare hop through Redis: by our own
client, and by redis-py's, over which release 5d7280d was measured."""

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
from tests.benchmarks.programs.no_op_consumer import PLAIN, plain_client
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
        url = workshop.valkey.url
        async with redis_client(url) as redis, plain_client(url) as plain:
            bench = _Bench(redis, plain, lines)
            await bench.by_turns(workshop.times(MESSAGES))
    return [
        *_ratios("", bench.turns, bench.hops),
        *_ratios(" by redis-py", bench.turns, bench.plain),
    ]


def _ratios(whose: str, turns: list[float], hops: list[float]) -> list[Ratio]:
    ours, hop = ("accept → turn start", turns), (f"LPUSH → BLPOP{whose}", hops)
    return latency_ratios(f"accept → turn start ÷ hop{whose}", ours, hop)


class _Bench:
    """What was measured, in nanoseconds."""

    def __init__(self, redis: Redis, plain: Redis, lines: StreamReader) -> None:
        self._redis, self._plain, self._lines = redis, plain, lines
        self._keys = Keys(PREFIX)
        self._queue = RedisQueue(redis, self._keys)
        self.turns, self.hops, self.plain = list[float](), list[float](), list[float]()

    async def by_turns(self, messages: int) -> None:
        """A message and a hop of each kind, so many times after the first few."""
        redis = self._redis
        await eventually(lambda: redis.exists(self._keys.heartbeat), within_s=120)
        for number in range(1, messages + WARM_UP + 1):
            await self._message(number)
            await self._hop(redis, HOP, self.hops)
            await self._hop(self._plain, PLAIN + HOP, self.plain)
        for taken in (self.turns, self.hops, self.plain):
            del taken[:WARM_UP]

    async def _message(self, number: int) -> None:
        message = inbound(number, room_id=number, accepted_ms=time.time_ns() // 1_000_000)
        began = time.monotonic_ns()
        await self._queue.accept(message)
        self.turns.append(await told(self._lines, "turn") - began)
        await eventually(lambda: idle(self._redis, self._keys))

    async def _hop(self, redis: Redis, key: str, taken: list[float]) -> None:
        began = time.monotonic_ns()
        await cast(Awaitable[int], redis.lpush(key, "1"))
        taken.append(await told(self._lines, "hop") - began)


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
