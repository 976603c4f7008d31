"""Waiting for an event, and no longer than that."""

import asyncio

from shared.awaiting import set_within


async def test_it_is_told_whether_it_was_set() -> None:
    """In time, or not; one that was set before is not waited for."""
    event = asyncio.Event()
    assert not await set_within(event, 0)
    asyncio.get_running_loop().call_soon(event.set)
    assert await set_within(event, 60)
    assert await set_within(event, -1)


async def test_without_a_bound_it_waits_on() -> None:
    """None is no time at all to wait for."""
    event = asyncio.Event()
    waiting = asyncio.create_task(set_within(event, None))
    done, _ = await asyncio.wait([waiting], timeout=0.05)
    assert not done
    event.set()
    assert await waiting
