"""What the looks over the queue cost with ten, a thousand and ten thousand waiting messages."""

import time
from collections.abc import Awaitable, Callable, Sequence

from consumer.queue.repairing.repairs import Repairs
from consumer.queue.waiting.who_waits import WaitingRoom
from ingress.operator.queue_stats import queue_stats
from shared.operating.reading.board import read_board
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.local_consumer import our_consumer
from tests.benchmarks.results.ratio import Ratio, median_ratio
from tests.deliveries import inbound
from tests.integration.queue.conftest import Bench, at_once

WAITING = 10, 1000, 10_000
A_LANE = 10
LOOKS = 40

Look = Callable[[], Awaitable[object]]


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """Nobody takes the messages; each look is timed from here, its way to Redis included."""
    times: dict[str, list[tuple[int, list[float]]]] = {}
    async with our_consumer(workshop, "bench-looks", at_once, start=False) as (bench, _):
        waiting = 0
        for count in WAITING:
            wanted = count if count == WAITING[0] else workshop.times(count)
            for number in range(waiting, wanted):
                await bench.accept(inbound(number + 1, room_id=1 + number // A_LANE))
            waiting = max(waiting, wanted)
            for name, look in (await looks(bench)).items():
                taken = await _taken(look, workshop.times(LOOKS))
                times.setdefault(name, []).append((wanted, taken))
    return [ratio for name, measured in times.items() for ratio in _ratios(name, measured)]


async def looks(bench: Bench) -> dict[str, Look]:
    """Each by its name, ready to be repeated: what is seen but once has been seen."""
    redis, keys = bench.redis, bench.keys
    room, repairs = WaitingRoom(redis, keys), Repairs(redis, keys, "nobody", lease_ms=60_000)
    while await room.waiters():
        pass  # the first looks see everything once, as a consumer's do at its start
    return {
        "/queue/stats": lambda: queue_stats(redis, keys),
        "the operators' board": lambda: read_board(redis, keys),
        "the waiting look": room.waiters,
        "the sweep's look": repairs.sweep,
    }


async def _taken(look: Look, times: int) -> list[float]:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        await look()
        taken.append(time.perf_counter() - began)
    return taken


def _ratios(name: str, measured: Sequence[tuple[int, list[float]]]) -> list[Ratio]:
    (few, base), *more = measured
    return [
        median_ratio(name, (f"with {count} waiting", taken), (f"with {few}", base))
        for count, taken in more
    ]
