"""How long a quiet lane waits while others flood, over the same lane alone."""

import asyncio
import time
from collections.abc import Sequence

from consumer.queue.claim import Claim
from consumer.queue.ticket import Ticket
from shared.inbound import InboundMessage
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.local_consumer import our_consumer
from tests.benchmarks.results.ratio import Ratio, latency_ratios
from tests.deliveries import inbound
from tests.integration.queue.conftest import Bench, Consumer

QUIET, FLOODING = 1, range(100, 112)
"""Twelve lanes flood ten slots: there is always one that waits for a slot."""
MESSAGES, FLOOD, TURN_S = 200, 600, 0.005


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """First the quiet lane alone, then beside 12 lanes of 600 messages each."""
    lane, go = _QuietLane(), asyncio.Event()

    async def act(consumer: Consumer, claim: Claim) -> None:
        if claim.message.room_id == QUIET:
            lane.began_s = time.perf_counter()
        else:
            await go.wait()
            await asyncio.sleep(TURN_S)

    count = workshop.times(MESSAGES)
    async with our_consumer(workshop, "bench-flood", act) as (bench, consumer):
        assert consumer is not None
        consumer.lanes.on_settled(lane.settled)
        alone = [await lane.wait(bench, number) for number in range(count)]
        flood = workshop.times(FLOOD)
        for number in range(flood):
            await bench.accept(*(inbound(10**6 * room + number, room_id=room) for room in FLOODING))
        go.set()
        beside = [await lane.wait(bench, number) for number in range(count, 2 * count)]
        messages = 2 * count + flood * len(FLOODING)
        assert len(consumer.settled) < messages, "the flood was over first"
        await consumer.until_settled(messages)
    return latency_ratios(
        "wait of a quiet lane", ("beside 12 flooding lanes", beside), ("alone", alone)
    )


class _QuietLane:
    """Where somebody asks, and asks again when that was answered."""

    def __init__(self) -> None:
        self.began_s = 0.0
        """When its last turn began."""
        self._over = asyncio.Event()

    async def wait(self, bench: Bench, number: int) -> float:
        """Ask; seconds until the turn begins."""
        self._over.clear()
        asked_s = time.perf_counter()
        await bench.accept(_asked(number))
        await self._over.wait()
        return self.began_s - asked_s

    def settled(self, ticket: Ticket, _: object) -> None:
        """A message of any lane has ended."""
        if ticket.line.lane.room_id == QUIET:
            self._over.set()


def _asked(number: int) -> InboundMessage:
    """By the clock: the other lanes' next messages fall due by it, too."""
    return inbound(number + 1, room_id=QUIET, accepted_ms=time.time_ns() // 1_000_000)
