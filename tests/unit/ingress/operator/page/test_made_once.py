"""A hundred tabs cost as much as one."""

import asyncio

import pytest

from ingress.operator.page.live.made_once import MadeOnce


async def test_who_asks_at_the_same_time_gets_the_same() -> None:
    """Made once for all, again when it is old, and for another key by itself."""
    made, count = MadeOnce(kept_s=0.05), 0

    async def make() -> int:
        nonlocal count
        count += 1
        await asyncio.sleep(0)
        return count

    assert await asyncio.gather(*(made.get("now", make) for _ in range(100))) == [1] * 100
    assert await made.get("lanes", make) == 2
    await asyncio.sleep(0.06)
    assert await made.get("now", make) == 3


async def test_an_error_is_shared_and_forgotten() -> None:
    """With Redis away, tabs do not each wait for it; a moment later it is asked again."""
    made, count = MadeOnce(kept_s=0.05), 0

    async def fail() -> int:
        nonlocal count
        count += 1
        raise ConnectionError

    for _ in range(3):
        with pytest.raises(ConnectionError):
            await made.get("now", fail)
    assert count == 1
    await asyncio.sleep(0.06)
    with pytest.raises(ConnectionError):
        await made.get("now", fail)
    assert count == 2


async def test_who_leaves_takes_nothing_from_the_others() -> None:
    """A closed tab's request is cancelled, what it began is finished."""
    made, may_end = MadeOnce(), asyncio.Event()

    async def make() -> str:
        await may_end.wait()
        return "made"

    leaving = asyncio.create_task(made.get("now", make))
    staying = asyncio.create_task(made.get("now", make))
    await asyncio.sleep(0)
    leaving.cancel()
    may_end.set()
    assert await staying == "made"
