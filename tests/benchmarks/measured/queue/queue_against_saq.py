"""Accept → start against SAQ's enqueue → start, one message at a time, by turns."""

import time
from collections.abc import Sequence

from consumer.queue.claim import Claim
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.local_consumer import Starts, our_consumer, saq_worker
from tests.benchmarks.results.ratio import Ratio, latency_ratios
from tests.deliveries import inbound
from tests.integration.queue.conftest import Consumer

MESSAGES, WARM_UP = 400, 20


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """Both wait idle; each message is alone in the system."""
    ours, theirs = Starts(), Starts()

    async def act(consumer: Consumer, claim: Claim) -> None:
        ours.note()

    async with (
        our_consumer(workshop, "bench-saq-ours", act) as (bench, consumer),
        saq_worker(workshop, "bench-saq-theirs", theirs) as (queue, _),
    ):
        assert consumer is not None
        our_times, their_times = list[float](), list[float]()
        for number in range(1, workshop.times(MESSAGES) + WARM_UP + 1):
            began = time.perf_counter()
            await bench.accept(inbound(number, room_id=number))
            our_times.append(await ours.until(number) - began)
            await consumer.until_settled(number)
            began = time.perf_counter()
            await queue.enqueue("job")
            their_times.append(await theirs.until(number) - began)
    return latency_ratios(
        "accept → turn start ÷ SAQ",
        ("accept → turn start", our_times[WARM_UP:]),
        ("SAQ's enqueue → start", their_times[WARM_UP:]),
    )
