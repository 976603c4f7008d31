"""What is done once is done by the first member, and by the next one when that is gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from consumer.queue.ownership.membership import Membership
from consumer.service.first_member import FirstMember


class Part:
    """A part that never returns; how often it began, and whether it runs."""

    def __init__(self) -> None:
        self.begun = 0
        self.runs = False

    async def run(self) -> None:
        """Never returns."""
        self.begun, self.runs = self.begun + 1, True
        try:
            await asyncio.Event().wait()
        finally:
            self.runs = False


@asynccontextmanager
async def running(member: Membership, part: Part) -> AsyncIterator[None]:
    task = asyncio.create_task(FirstMember(member).only(part.run)())
    yield
    task.cancel()
    await asyncio.wait([task])


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_with_one_member_it_runs_at_once() -> None:
    """Where nobody can be beside us nobody is asked."""
    part = Part()
    async with running(Membership(), part):
        await settle()
        assert part.runs
    assert not part.runs


async def test_it_begins_when_we_become_the_first_and_ends_when_we_are_no_more() -> None:
    """Told by the heart's beat; before the first one nobody is the first."""
    part, member = Part(), Membership("a", shared=True)
    async with running(member, part):
        await settle()
        assert not part.runs
        for first in (True, True, False, True):
            member.told(first=first)
            await settle()
            assert part.runs is first
    assert part.begun == 2


async def test_what_ends_it_ends_us() -> None:
    """A part that fails is no less of the service for being the first member's."""

    async def fails() -> None:
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        await FirstMember(Membership()).only(fails)()
