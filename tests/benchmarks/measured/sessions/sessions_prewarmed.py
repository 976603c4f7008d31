"""After a restart: what was talked about lately is resumed ahead; what that costs its next turn."""

import asyncio
from collections.abc import Sequence

from tests.acceptance.stack import Stack
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.measured.turns.hot_turn import webhook_to_reply
from tests.benchmarks.results.ratio import Ratio, median_ratio

LANES, AFTER_S = 20, 10.0
SLOWER_S = (0.1, 0.5)
"""How long a model takes over an answer, beside one that answers at once; no real one does."""


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """A turn in each lane; a restart; how many are there 10 s later; two more turns in each.

    The second of them is what a turn costs there when it is hot. The restart once more for each
    model that takes its time.
    """
    folder = workshop.folder / "stack"
    folder.mkdir()
    async with Stack(folder, redis_url=workshop.valkey.url) as stack:
        lanes = workshop.times(LANES)
        rooms = [await _room(stack, number) for number in range(lanes)]
        for room_id in rooms:
            await webhook_to_reply(stack, "echo before", room_id=room_id)
        found = await _after_a_restart(stack, rooms, "", "after a restart")
        for seconds in SLOWER_S:
            name = f"after a restart, of a model that takes {seconds} s"
            _, *slower = await _after_a_restart(stack, rooms, f"slow {seconds}; ", name)
            found += slower
    return found


async def _after_a_restart(
    stack: Stack, rooms: Sequence[int], order: str, name: str
) -> list[Ratio]:
    """The share that was prewarmed, then what a turn takes in those that were and were not."""
    await stack.worker.restart()
    ahead = await _resumed(stack)
    first = {
        room: await webhook_to_reply(stack, f"{order}echo first", room_id=room) for room in rooms
    }
    hot = [await webhook_to_reply(stack, f"{order}echo again", room_id=room) for room in rooms]
    return _ratios(name, rooms, ahead, first, hot)


async def _room(stack: Stack, number: int) -> int:
    return int((await stack.campfire.create_room(f"Room {number}"))["id"])


async def _resumed(stack: Stack) -> set[int]:
    """The rooms whose conversation was there 10 s after the process was ready."""
    await stack.ready()
    await asyncio.sleep(AFTER_S)  # the time itself is what is asked for
    warm = stack.worker.log.events("session_warm")
    return {int(str(event["lane"]).partition(":")[0]) for event in warm}


def _ratios(
    name: str,
    rooms: Sequence[int],
    ahead: set[int],
    first: dict[int, float],
    hot: Sequence[float],
) -> list[Ratio]:
    there = [first[room] for room in rooms if room in ahead]
    others = [first[room] for room in rooms if room not in ahead]
    share = Ratio(
        name=f"{name}, prewarmed {AFTER_S:.0f} s later",
        of=f"{len(there)} prewarmed",
        over=f"{len(rooms)} lanes used lately",
        value=len(there) / len(rooms),
        count=len(rooms),
        better="higher",
    )
    again = ("hot", hot)
    tiers = {"a prewarmed lane": there, "a lane that was not": others}
    return [
        share,
        *(
            median_ratio(f"{name}, {which}", (which, took), again)
            for which, took in tiers.items()
            if len(took) > 1
        ),
    ]
