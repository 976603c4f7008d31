"""How long a quiet lane waits while others flood, over the same lane alone."""

import asyncio
import time
from collections.abc import Sequence

from consumer.queue.claim import Claim
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.local_consumer import our_consumer
from tests.benchmarks.ratio import Ratio, latency_ratios
from tests.deliveries import inbound
from tests.integration.queue.conftest import Bench, Consumer

QUIET, FLOODING = 1, range(100, 112)
"""Twelve lanes flood ten slots: there is always one that waits for a slot."""
MESSAGES, FLOOD, TURN_S = 200, 1000, 0.005


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """First the quiet lane alone, then beside 12 lanes of 1,000 messages each."""
    waits: dict[str, float] = {}

    async def act(consumer: Consumer, claim: Claim) -> None:
        if claim.message.room_id == QUIET:
            waits[claim.message.message_id] = time.perf_counter()
        else:
            await asyncio.sleep(TURN_S)

    count = workshop.times(MESSAGES)
    async with our_consumer(workshop, "bench-flood", act) as (bench, consumer):
        assert consumer is not None
        alone = await _quiet(bench, consumer, waits, range(1, count + 1))
        flood = workshop.times(FLOOD)
        for number in range(flood):
            await bench.accept(*(inbound(10**6 * room + number, room_id=room) for room in FLOODING))
        beside = await _quiet(bench, consumer, waits, range(count + 1, 2 * count + 1))
        await consumer.until_settled(2 * count + flood * len(FLOODING))
    return latency_ratios(
        "wait of a quiet lane", ("beside 12 flooding lanes", beside), ("alone", alone)
    )


async def _quiet(
    bench: Bench, consumer: Consumer, starts: dict[str, float], numbers: range
) -> list[float]:
    waited = []
    for number in numbers:
        began = time.perf_counter()
        await bench.accept(inbound(number, room_id=QUIET))
        await consumer.until(lambda number=number: str(number) in consumer.settled)  # type: ignore[misc]
        waited.append(starts[str(number)] - began)
    return waited
