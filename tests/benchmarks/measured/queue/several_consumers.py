"""What a message costs three consumers and Redis, in CPU, over one consumer and Redis."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from itertools import count

from redis.asyncio import Redis

from shared.acceptance.queue import RedisQueue
from shared.keys import Keys
from shared.redis.client import redis_client
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.cpu import cpu_s
from tests.benchmarks.measured.queue.accept_to_start import NO_OP, consumer_process
from tests.benchmarks.results.ratio import Ratio, ratio_of_rounds
from tests.benchmarks.server import running_server
from tests.conftest import eventually
from tests.deliveries import inbound

NAMES = ("anna", "ben", "cleo")
ROUNDS, LANES = 5, 60
MANY, FEW = 900, 150
"""Messages a round: of many that wait, 150 took less than a second, in which chance told most."""
GAP_S = 0.02
"""Between messages that come one by one: fifty a second."""
WAYS = {"many waiting": (MANY, 0.0), "one by one": (FEW, GAP_S)}


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """No-op turns, by one and by three processes by turns; the others meanwhile stand idle."""
    campfire = running_server(
        "python -m tests.benchmarks.programs.bare_server 201", workshop.folder, {}
    )
    async with (
        campfire as (port, _),
        _side(workshop, port, NAMES[:1]) as one,
        _side(workshop, port, NAMES) as three,
    ):
        for side in (one, three):
            await side.take(workshop.times(FEW), 0.0)  # homes are found, modules imported
        return [
            await _compare(f"CPU a message, {way}", one, three, workshop.times(messages), gap_s)
            for way, (messages, gap_s) in WAYS.items()
        ]


async def _compare(name: str, one: "Side", three: "Side", messages: int, gap_s: float) -> Ratio:
    cost: dict[Side, list[float]] = {one: [], three: []}
    for number in range(ROUNDS):
        # By turns, and each first as often as second.
        for side in (one, three) if number % 2 else (three, one):
            cost[side].append(await side.take(messages, gap_s))
    labels = ("three consumers and Redis", "one and Redis")
    return ratio_of_rounds(name, (labels[0], cost[three]), (labels[1], cost[one]))


class Side:
    """Consumers that share one queue."""

    def __init__(self, redis: Redis, keys: Keys, pids: Sequence[int]) -> None:
        self._redis, self._keys, self._pids = redis, keys, pids
        self._queue = RedisQueue(redis, keys)
        self._numbers: Iterator[int] = count(1)

    async def take(self, messages: int, gap_s: float) -> float:
        """Have so many answered; the seconds of CPU that each took, Redis' included."""
        before = self._used_s()
        for number in (next(self._numbers) for _ in range(messages)):
            now_ms = time.time_ns() // 1_000_000
            message = inbound(number, room_id=1 + number % LANES, accepted_ms=now_ms)
            await self._queue.accept(message)
            await asyncio.sleep(gap_s)
        await eventually(self._is_idle, within_s=120)
        return (self._used_s() - before) / messages

    def _used_s(self) -> float:
        return sum(map(cpu_s, self._pids))

    async def _is_idle(self) -> bool:
        return not await self._redis.exists(self._keys.lanes)


@asynccontextmanager
async def _side(workshop: Workshop, campfire: int, names: Sequence[str]) -> AsyncIterator[Side]:
    prefix = f"bench-{len(names)}-consumers"
    redis, keys = redis_client(workshop.valkey.url), Keys(prefix)
    async with AsyncExitStack() as lifetime:
        lifetime.push_async_callback(redis.aclose)
        pids = [
            await lifetime.enter_async_context(_consumer(workshop, campfire, prefix, name))
            for name in names
        ]

        async def all_live() -> bool:
            return bool(await redis.zcard(keys.members) == len(names))

        await eventually(all_live, within_s=240)
        yield Side(redis, keys, [*pids, workshop.valkey.pid or 0])


@asynccontextmanager
async def _consumer(
    workshop: Workshop, campfire: int, prefix: str, name: str
) -> AsyncIterator[int]:
    """One that answers with nothing; gives its process id."""
    folder = workshop.folder / prefix / name
    folder.mkdir(parents=True)
    own, key = replace(workshop, folder=folder), f"{prefix}-{name}"
    shared = {"MEMBER": name, "SESSION_STORE": "redis"}
    async with consumer_process(own, campfire, prefix, NO_OP, key, **shared) as process:
        yield process.pid
