"""What the queue's acts and looks cost as more lanes, or control words, have to wait."""

from collections.abc import Awaitable, Callable, Sequence

from consumer.queue.claim import Claim
from consumer.queue.lanes import Lanes
from shared.inbound import InboundMessage
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.filling import have_wait
from tests.benchmarks.local_consumer import our_consumer
from tests.benchmarks.measured.queue.operator_looks import looks
from tests.benchmarks.results.curve import Costs, Curve
from tests.deliveries import inbound
from tests.integration.queue.conftest import Bench, at_once
from tests.membership import join

FEW_LANES, OTHERS = 40, 10_000_000
"""Beside growing control words there are so many lanes; the words' rooms begin there."""
TIMES = 30
PLACES = 8
"""For control words, all of them taken."""

Stage = tuple[Bench, Lanes, Costs]


async def measure(workshop: Workshop) -> Sequence[Curve]:
    """What a measurement takes away it puts back."""
    sizes = workshop.sizes(10, 1000, 10_000, 100_000)
    by_lanes = await _grown(workshop, "lanes", sizes, _add_lanes, _acts)
    by_words = await _grown(workshop, "control words", sizes[:-1], _add_words, _claims)
    return [*by_lanes, *by_words]


async def _grown(
    workshop: Workshop,
    what: str,
    sizes: Sequence[int],
    add: Callable[[Stage, range], Awaitable[None]],
    acts: Callable[[Stage, int, int], Awaitable[None]],
) -> list[Curve]:
    prefix = f"bench-growth-{what.replace(' ', '-')}"
    async with our_consumer(workshop, prefix, at_once, start=False) as (bench, _):
        await join(bench.redis, bench.keys, "me")
        lanes = Lanes(bench.redis, bench.keys, "me", lease_ms=3_600_000)
        stage = bench, lanes, Costs(bench.redis, f"waiting {what}")
        there = 0
        for size in sizes:
            await add(stage, range(there + 1, size + 1))
            there = size
            await acts(stage, size, workshop.times(TIMES))
        return stage[2].curves()


async def _add_lanes(stage: Stage, numbers: range) -> None:
    bench, lanes, _ = stage
    await have_wait(
        bench.redis, bench.keys, (inbound(number, room_id=number) for number in numbers)
    )
    await _give_back(lanes, await lanes.claim(1))


async def _add_words(stage: Stage, numbers: range) -> None:
    """All places are taken by the first of them; each of the others is passed by once."""
    bench, lanes, _ = stage
    if numbers.start == 1:
        await _add_lanes(stage, range(OTHERS, OTHERS + FEW_LANES))
        await have_wait(
            bench.redis, bench.keys, (_word(OTHERS // 2 + number) for number in range(PLACES))
        )
        await lanes.claim(0, PLACES)
    await have_wait(bench.redis, bench.keys, (_word(number) for number in numbers))
    for _ in range(len(numbers) // 10 + 1):
        await _give_back(lanes, await lanes.claim(10))


async def _acts(stage: Stage, size: int, times: int) -> None:
    """What a message needs, and what looks at all of them."""
    for _ in range(times):
        await _a_message(stage, size)
    await _claims(stage, size, times)
    for name, look in (await looks(stage[0])).items():
        for _ in range(times):
            await stage[2].measure(name, size, look)


async def _a_message(stage: Stage, size: int) -> None:
    """It goes its way, and its lane gets another one."""
    bench, lanes, costs = stage
    claims = list[Claim]()

    async def claim(want: int) -> None:
        claims.extend(await lanes.claim(want, PLACES))

    await costs.measure("claim of one", size, lambda: claim(1))
    (claimed,) = claims
    await costs.measure("settle", size, lambda: lanes.settle(claimed, {"outcome": "completed"}))
    message = claimed.message
    again = message.model_copy(update={"message_id": str(int(message.message_id) + OTHERS)})
    await costs.measure("accept", size, lambda: bench.accept(again))


async def _claims(stage: Stage, size: int, times: int) -> None:
    """With the places of control words taken, if there are any."""
    _, lanes, costs = stage
    for _ in range(times):
        claims = list[Claim]()

        async def claim(found: list[Claim] = claims) -> None:
            found.extend(await lanes.claim(10))

        await costs.measure("claim of ten", size, claim)
        await _give_back(lanes, claims)


async def _give_back(lanes: Lanes, claims: Sequence[Claim]) -> None:
    for claim in claims:
        await lanes.postpone(claim, delay_s=0, failed=False)


def _word(number: int) -> InboundMessage:
    return inbound(number, room_id=number, control="status")
