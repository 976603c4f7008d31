"""What a message costs the whole consumer, around an agent that answers at once: CPU, over a bare
pop and POST; and commands in Redis, from its acceptance to its end, those that scripts call too."""

import time
from asyncio import StreamReader, gather
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from statistics import median
from typing import cast

from redis.asyncio import Redis

from shared.acceptance.queue import RedisQueue
from shared.keys import Keys
from shared.redis.client import redis_client
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.cpu import cpu_s
from tests.benchmarks.measured.queue.accept_to_start import NO_OP, consumer_process, idle
from tests.benchmarks.results.ratio import Ratio
from tests.benchmarks.server import running_server
from tests.conftest import eventually
from tests.deliveries import inbound

ROUNDS, A_ROUND, ROOMS = 12, 60, 20
PREFIX, KEY = "bench-no-op", "bench-no-op-pop"
BARE = "tests.benchmarks.programs.pop_and_post"
A_CLIENTS, A_SCRIPTS = "clients'", "scripts'"


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """By turns: messages one at a time, the same number at once, and as many bare pops."""
    campfire = running_server(
        "python -m tests.benchmarks.programs.bare_server 201", workshop.folder, {}
    )
    async with (
        campfire as (port, _),
        consumer_process(workshop, port, PREFIX, NO_OP, "unused") as ours,
        consumer_process(workshop, port, PREFIX, BARE, KEY) as bare,
    ):
        redis = redis_client(workshop.valkey.url)
        try:
            bench = _Bench(redis, ours, bare)
            await bench.warm_up()
            for _ in range(workshop.times(ROUNDS)):
                await bench.round()
            return [*bench.cpu_ratios(), *await bench.command_ratios()]
        finally:
            await redis.aclose()


class _Bench:
    """A consumer and a bare process, and what was measured of them; seconds."""

    def __init__(self, redis: Redis, ours: Process, bare: Process) -> None:
        self._redis, self._keys = redis, Keys(PREFIX)
        self._queue = RedisQueue(redis, self._keys)
        self._ours, self._bare = ours, bare
        self._accepted = 0
        self._alone, self._at_once, self._of_bare = list[float](), list[float](), list[float]()

    async def warm_up(self) -> None:
        await eventually(lambda: self._redis.exists(self._keys.heartbeat), within_s=120)
        await _lines(self._bare, 1)
        for _ in range(ROOMS):
            await self._one_by_one(2)
            await self._pops(2)

    async def round(self) -> None:
        async with _cpu_of(self._ours, self._alone):
            await self._one_by_one(A_ROUND)
        async with _cpu_of(self._bare, self._of_bare):
            await self._pops(A_ROUND)
        async with _cpu_of(self._ours, self._at_once):
            await gather(*(self._accept() for _ in range(A_ROUND)))
            await self._until_idle(A_ROUND)

    def cpu_ratios(self) -> list[Ratio]:
        bare = median(self._of_bare)
        kinds = {"one at a time": self._alone, "many at once": self._at_once}
        return [
            Ratio(
                name=f"no-op message, CPU, {kind}",
                of=f"whole consumer ({median(taken) * 1000:.2f} ms)",
                over=f"a pop and a POST ({bare * 1000:.2f} ms)",
                value=median(taken) / bare,
                count=len(taken) * A_ROUND,
            )
            for kind, taken in kinds.items()
        ]

    async def command_ratios(self) -> list[Ratio]:
        async with _counted(self._redis) as found:
            await self._one_by_one(A_ROUND)
        del found[A_CLIENTS, "SCARD"]  # ours, to see that nothing runs
        own = sum(count for (whose, _), count in found.items() if whose == A_CLIENTS)
        numbers = {"from clients": own, "with those that scripts call": found.total()}
        return [
            Ratio(
                name=f"no-op message, commands {which}",
                of="commands in Redis",
                over="messages, one at a time",
                value=count / A_ROUND,
                count=A_ROUND,
            )
            for which, count in numbers.items()
        ]

    async def _one_by_one(self, messages: int) -> None:
        for _ in range(messages):
            await self._accept()
            await self._until_idle(1)

    async def _until_idle(self, messages: int) -> None:
        await _lines(self._ours, messages)
        await eventually(lambda: idle(self._redis, self._keys))

    async def _pops(self, count: int) -> None:
        for _ in range(count):
            await cast(Awaitable[int], self._redis.lpush(KEY, "1"))
            await _lines(self._bare, 1)

    async def _accept(self) -> None:
        self._accepted += 1
        now_ms = time.time_ns() // 1_000_000
        room = self._accepted % ROOMS
        await self._queue.accept(inbound(self._accepted, room_id=room, accepted_ms=now_ms))


@asynccontextmanager
async def _cpu_of(process: Process, taken: list[float]) -> AsyncIterator[None]:
    before = cpu_s(process.pid)
    yield
    taken.append((cpu_s(process.pid) - before) / A_ROUND)


@asynccontextmanager
async def _counted(redis: Redis) -> AsyncIterator[Counter[tuple[str, str]]]:
    """Every command in this block, by whose it is and its name: there when the block is left."""
    found = Counter[tuple[str, str]]()
    async with redis.monitor() as monitor:
        yield found
        await redis.echo("enough")
        async for heard in monitor.listen():
            name = heard["command"].split()[0].upper()
            if name == "ECHO":
                return
            found[A_SCRIPTS if heard["client_type"] == "lua" else A_CLIENTS, name] += 1


async def _lines(process: Process, count: int) -> None:
    reader = cast(StreamReader, process.stdout)
    for _ in range(count):
        assert await reader.readline()
