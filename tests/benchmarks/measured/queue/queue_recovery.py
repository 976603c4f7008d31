"""From a consumer's kill -9 to the re-run of its message by a waiting one, over the lease.

The successor waits before anything is killed, and the kills are spread over a beat of the heart:
how much of the lease is left then is chance, and was taken for a difference between two releases.
"""

import asyncio
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from consumer.queue.ownership.heartbeat import BEATS_A_LEASE
from shared.acceptance.queue import RedisQueue
from shared.keys import Keys
from shared.redis.client import redis_client
from tests.acceptance.environment import stack_environment
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.results.ratio import Ratio, median_ratio
from tests.deliveries import inbound

LEASE_S = 3.0
BEAT_S = LEASE_S / BEATS_A_LEASE
TIMES = 6


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """A successor on the same machine sees the lock file, one elsewhere only the lease."""
    times = 2 if workshop.quick else TIMES
    beside = [await _once(workshop, n, n / times, apart=False) for n in range(times)]
    apart = [await _once(workshop, n, n / times, apart=True) for n in range(times)]
    lease = ("the lease", [LEASE_S] * 2)
    return [
        median_ratio("kill -9 → re-run, same machine", ("kill -9 → re-run", beside), lease),
        median_ratio("kill -9 → re-run, elsewhere", ("kill -9 → re-run", apart), lease),
    ]


async def _once(workshop: Workshop, n: int, of_a_beat: float, *, apart: bool) -> float:
    name = f"{'apart' if apart else 'beside'}-{n}"
    prefix = f"bench-{name}"
    redis = redis_client(workshop.valkey.url)
    homes = [workshop.folder / name / ("other" if apart and second else "one") for second in (0, 1)]
    async with _consumer(workshop, prefix, homes[0]) as first:
        await _line(first, "consumer_ready")
        await RedisQueue(redis, Keys(prefix)).accept(
            inbound(1, accepted_ms=time.time_ns() // 1_000_000)
        )
        await _line(first, "turn")
        async with _consumer(workshop, prefix, homes[1]) as second:
            await _line(second, "lease_waiting")
            await asyncio.sleep(BEAT_S * of_a_beat)
            first.kill()
            began = time.perf_counter()
            await _line(second, "turn")
            took = time.perf_counter() - began
    await redis.aclose()
    return took


async def _line(process: Process, word: str) -> None:
    """What it tells itself is a word alone, what it logs a line of JSON."""
    assert process.stdout is not None
    async with asyncio.timeout(60):
        async for line in process.stdout:
            if word in line.decode():
                return
    raise AssertionError(f"the consumer ended without a word of {word!r}")


@asynccontextmanager
async def _consumer(workshop: Workshop, prefix: str, home: Path) -> AsyncIterator[Process]:
    home.mkdir(parents=True, exist_ok=True)
    environment = stack_environment(
        home, redis_url=workshop.valkey.url, prefix=prefix, web_port=0, sandbox_port=9
    )
    environment = {**environment, "LEASE_SECONDS": str(LEASE_S), "SHUTDOWN_GRACE_SECONDS": "0"}
    environment["LOG_FORMAT"] = "json"
    process = await asyncio.create_subprocess_exec(
        *("python", "-m", "tests.benchmarks.programs.hanging_consumer"),
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
