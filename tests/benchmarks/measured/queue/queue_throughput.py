"""Messages a second through 1, 100 and 1,000 lanes, over SAQ's jobs a second (which knows none)."""

import time
from collections.abc import Sequence

from consumer.queue.claim import Claim
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.local_consumer import Starts, our_consumer, saq_worker
from tests.benchmarks.results.ratio import Ratio
from tests.deliveries import inbound
from tests.integration.queue.conftest import Consumer

MESSAGES = 2000
LANES = (1, 100, 1000)


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """The queue is filled first, then the worker starts on it; no-op turns."""
    count = workshop.times(MESSAGES)
    saq = await _saq(workshop, count)
    return [
        Ratio(
            name=f"throughput, {lanes} lane{'s' if lanes > 1 else ''}",
            of="messages a second",
            over="SAQ's jobs a second",
            value=await _ours(workshop, count, lanes) / saq,
            count=count,
            better="higher",
        )
        for lanes in LANES
    ]


async def _ours(workshop: Workshop, count: int, lanes: int) -> float:
    async def act(consumer: Consumer, claim: Claim) -> None:
        """Nothing."""

    async with our_consumer(workshop, f"bench-lanes-{lanes}", act, start=False) as (bench, _):
        await bench.accept(*(inbound(n, room_id=n % lanes) for n in range(1, count + 1)))
        began = time.perf_counter()
        consumer = await bench.start(act, most_turns=10)
        await consumer.until_settled(count)
        return count / (time.perf_counter() - began)


async def _saq(workshop: Workshop, count: int) -> float:
    starts = Starts()
    async with saq_worker(workshop, "bench-throughput", starts, start=False) as (queue, _):
        for _ in range(count):
            await queue.enqueue("job")
    async with saq_worker(workshop, "bench-throughput", starts):
        began = time.perf_counter()
        return count / (await starts.until(count) - began)
