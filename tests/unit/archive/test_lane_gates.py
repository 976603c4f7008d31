"""A gate of a lane: who wants at what is kept of it waits for who is at it."""

import asyncio

from consumer.archive.lane_gates import LaneGates
from shared.lane import Lane


async def test_a_gate_lets_one_in_and_is_gone_after() -> None:
    """One at a time in order of arrival; no lock stays for a lane nobody is at."""
    gates, lane, order = LaneGates(), Lane(1, "a"), list[str]()

    async def pass_through(name: str) -> None:
        async with gates.hold(lane):
            order.append(f"{name} in")
            await asyncio.sleep(0)
            order.append(f"{name} out")

    await asyncio.gather(*(pass_through(name) for name in "abc"))
    assert order == ["a in", "a out", "b in", "b out", "c in", "c out"]
    assert len(gates) == 0
