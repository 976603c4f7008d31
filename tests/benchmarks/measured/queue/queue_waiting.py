"""What 10,000 waiting messages cost a consumer that has all its slots in use: CPU and memory."""

import asyncio
import time
from collections.abc import Sequence

import psutil

from consumer.queue.claim import Claim
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.local_consumer import SLOTS, our_consumer
from tests.benchmarks.results.ratio import Ratio
from tests.deliveries import inbound
from tests.integration.queue.conftest import Consumer

WAITING, SECONDS = 10_000, 8.0


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """All slots busy with turns that stand still: first nobody waits, then 10,000 messages do."""
    let_go = asyncio.Event()

    async def act(consumer: Consumer, claim: Claim) -> None:
        await let_go.wait()

    count, seconds = workshop.times(WAITING), SECONDS / (8 if workshop.quick else 1)
    async with our_consumer(workshop, "bench-waiting", act) as (bench, consumer):
        assert consumer is not None
        await bench.accept(*(inbound(room + 1, room_id=room) for room in range(SLOTS)))
        await consumer.until(lambda: len(consumer.started) == SLOTS)
        idle_cpu, idle_memory = await _cost(seconds)
        for number in range(count):
            await bench.accept(inbound(1000 + number, room_id=number % (20 * SLOTS)))
        busy_cpu, busy_memory = await _cost(seconds)
        consumer.worker.allow_pick_jobs = False
        let_go.set()
    label, none = f"with {count} messages waiting", "with none waiting"
    return [
        Ratio(name="CPU of a full consumer", of=label, over=none,
              value=busy_cpu / idle_cpu, count=1),
        Ratio(name="memory of a full consumer", of=label, over=none,
              value=busy_memory / idle_memory, count=1),
    ]  # fmt: skip


async def _cost(seconds: float) -> tuple[float, float]:
    """CPU seconds used in a while, and bytes held at its end."""
    process = psutil.Process()
    before = process.cpu_times()
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        await asyncio.sleep(0.5)
    after = process.cpu_times()
    used = after.user + after.system - before.user - before.system
    return max(used, 0.01), float(process.memory_info().rss)
