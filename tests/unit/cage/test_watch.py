"""How much a lane that is over its bound on disk may still write. No process is started."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from consumer.cage import watch
from consumer.cage.bounds import MIB, Bound
from consumer.cage.watch import CageWatch
from tests.session_settings import cage_bounds

MOST = 4


class Lane:
    """A lane's folder with a watch over it, and commands that are over before anybody looked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.watch = CageWatch(cage_bounds(files_mb=MOST), [folder], lambda: None)

    async def command(self, name: str, mib: int) -> list[Bound]:
        """One that leaves a file of so many MiB; which bounds the room is told of."""
        await self.watch.began(name)
        (self.folder / name).write_bytes(os.urandom(mib * MIB))
        why = await self.watch.ended(name)
        told = [event.bound for event in self.watch.untold()]
        assert bool(why) is bool(told)
        return told


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    """An empty one."""
    return Lane(tmp_path)


async def test_what_was_written_between_two_looks_is_told(lane: Lane) -> None:
    """A command that was over too soon to be ended is no way around the bound."""
    assert await lane.command("one", MOST - 1) == []
    assert await lane.command("two", MOST) == [Bound.FILES]


async def test_over_the_bound_a_lane_does_not_grow_step_by_step(lane: Lane) -> None:
    """Small steps are measured from where it went over, not each from the one before."""
    await lane.command("one", 2 * MOST)
    steps = [await lane.command(f"step {number}", 1) for number in range(4)]
    assert steps[1:] == [[Bound.FILES]] * 3


async def test_over_the_bound_a_lane_may_tidy_up(lane: Lane) -> None:
    """And once it is below, it has its whole bound again, and the next excuse."""
    await lane.command("one", 2 * MOST)
    assert await lane.command("one", MOST - 1) == []
    assert await lane.command("two", 0) == []
    assert await lane.command("three", MOST) == [Bound.FILES]
    assert await lane.command("four", 0) == []


async def test_a_look_that_had_to_wait_delays_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a fork bomb every look is slow, and each is needed: only its own work counts."""
    looks, waits = asyncio.Semaphore(0), 0.3
    loop = asyncio.get_running_loop()

    def slow_cli() -> None:
        time.sleep(waits)
        loop.call_soon_threadsafe(looks.release)

    monkeypatch.setattr(watch, "LOOK_EVERY", 0.01)
    slow = CageWatch(cage_bounds(files_mb=MOST), [tmp_path], slow_cli)
    await slow.began("one")
    try:
        async with asyncio.timeout(watch.LOOK_SHARE * waits * 3):
            for _ in range(5):
                await looks.acquire()
    finally:
        await slow.ended("one")
