"""From a consumer's kill -9 to the re-run of its message by a waiting one, over the lease."""

import asyncio
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from shared.acceptance.queue import RedisQueue
from shared.keys import Keys
from shared.redis.client import redis_client
from tests.acceptance.environment import stack_environment
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.ratio import Ratio, median_ratio
from tests.deliveries import inbound

LEASE_S = 3.0
TIMES = 5


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """A successor on the same machine sees the lock file, one elsewhere only the lease."""
    times = 2 if workshop.quick else TIMES
    beside = [await _once(workshop, f"beside-{n}", apart=False) for n in range(times)]
    apart = [await _once(workshop, f"apart-{n}", apart=True) for n in range(times)]
    lease = ("the lease", [LEASE_S] * 2)
    return [
        median_ratio("kill -9 → re-run, same machine", ("kill -9 → re-run", beside), lease),
        median_ratio("kill -9 → re-run, elsewhere", ("kill -9 → re-run", apart), lease),
    ]


async def _once(workshop: Workshop, name: str, *, apart: bool) -> float:
    prefix = f"bench-{name}"
    redis = redis_client(workshop.valkey.url)
    homes = [workshop.folder / name / ("other" if apart and n else "one") for n in range(2)]
    async with _consumer(workshop, prefix, homes[0]) as first:
        await _line(first, "started")
        await RedisQueue(redis, Keys(prefix)).accept(
            inbound(1, accepted_ms=time.time_ns() // 1_000_000)
        )
        await _line(first, "turn")
        async with _consumer(workshop, prefix, homes[1]) as second:
            await _line(second, "started")
            first.kill()
            began = time.perf_counter()
            await _line(second, "turn")
            took = time.perf_counter() - began
    await redis.aclose()
    return took


async def _line(process: Process, expected: str) -> None:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        assert (await process.stdout.readline()).decode().strip() == expected


@asynccontextmanager
async def _consumer(workshop: Workshop, prefix: str, home: Path) -> AsyncIterator[Process]:
    home.mkdir(parents=True, exist_ok=True)
    environment = stack_environment(
        home, redis_url=workshop.valkey.url, prefix=prefix, web_port=0, sandbox_port=9
    )
    environment = {**environment, "LEASE_SECONDS": str(LEASE_S), "SHUTDOWN_GRACE_SECONDS": "0"}
    process = await asyncio.create_subprocess_exec(
        *("python", "-m", "tests.benchmarks.hanging_consumer"),
        env=environment,
        cwd=home,
        stdout=PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
