"""Who waits for a slot is known before a slot comes free."""

import asyncio
from collections.abc import Sequence

from consumer.queue.claim import Claim
from consumer.queue.waiting.next_up import NextUp
from shared.lane import Lane
from tests.integration.queue.conftest import Bench, Consumer
from tests.patience import PATIENCE_S


async def test_the_lanes_that_wait_for_a_slot_are_told_of_at_once(bench: Bench) -> None:
    """Every slot taken, the runnable heads are named in order; what waits in its lane is not."""
    ends = asyncio.Event()

    async def act(consumer: Consumer, claim: Claim) -> None:
        await ends.wait()

    consumer = await bench.start(act, most_turns=1)
    told: asyncio.Queue[list[int]] = asyncio.Queue()

    async def get_ready(lanes: Sequence[Lane]) -> None:
        told.put_nowait([lane.room_id for lane in lanes])

    next_up = NextUp(bench.redis, bench.keys, consumer.worker.full, get_ready, most=2)
    looking = asyncio.create_task(next_up.run())
    try:
        async with asyncio.timeout(PATIENCE_S):
            await bench.lane(2, room_id=1)
            await consumer.until(lambda: len(consumer.started) == 1)
            assert await told.get() == []
            for room_id in (5, 6, 7):
                await bench.lane(2, room_id=room_id, first=10 * room_id)
            while (last := await told.get()) != [5, 6]:
                assert last in ([], [5]), last
            ends.set()
            await consumer.until_settled(8)
    finally:
        ends.set()
        looking.cancel()
        await asyncio.wait({looking})
