"""A deploy, and a failover of Redis, while people write: each is answered once, in order."""

import asyncio
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest

from tests.acceptance.members.conftest import NewFleet
from tests.acceptance.members.fleet import NAMES, OTHERS, Fleet
from tests.acceptance.sessions.agent_processes import AgentProcesses
from tests.sentinels import SentinelSet


@pytest.mark.long
async def test_the_new_ones_start_and_the_old_ones_stop(new_fleet: NewFleet) -> None:
    """Each is followed by one of another name, which is ready before it is told to end."""
    fleet = await new_fleet()
    await fleet.start(*OTHERS)
    homes = dict(zip(await fleet.rooms(3), NAMES, strict=True))
    await fleet.settle_in(homes)
    with AgentProcesses(fleet.stack.folder) as agents:
        talks = Talks(fleet, list(homes))
        for name in NAMES:
            await fleet.start(f"{name}-2")
            assert await fleet[name].terminate() == 0
        await talks.over()
    assert set(agents.most.values()) == {1}, agents.most
    assert not fleet.events("turn_claimed", attempt=2)
    assert {await fleet.home(room) for room in homes} <= {f"{name}-2" for name in NAMES}


@pytest.mark.long
async def test_three_go_on_when_redis_has_another_master(
    new_fleet: NewFleet, tmp_path: Path
) -> None:
    """Its master is killed amid their turns: nobody is found dead by that, and no conversation is
    opened a second time."""
    with SentinelSet(tmp_path / "set", replicas=2, password="hush0") as sentinels:
        fleet = await new_fleet(redis_url=sentinels.url, REDIS_WAIT_REPLICAS="1")
        await fleet.start(*OTHERS)
        homes = dict(zip(await fleet.rooms(3), NAMES, strict=True))
        await fleet.settle_in(homes)
        with AgentProcesses(fleet.stack.folder) as agents:
            talks = Talks(fleet, list(homes))
            sentinels.kill_master()
            await sentinels.failed_over()
            sentinels.start_again()
            await talks.over()
        assert set(agents.most.values()) == {1}, agents.most
        assert not fleet.events("member_died")
        assert all(worker.is_running for worker in fleet.workers.values())
        await fleet.close()
        await fleet.stack.stop()


class Talks:
    """In each room somebody writes on and on, one message after the answer to the last."""

    def __init__(self, fleet: Fleet, rooms: Sequence[int]) -> None:
        self._fleet, self._is_over = fleet, False
        self._talks = {room: asyncio.create_task(self._talk(room)) for room in rooms}

    async def over(self) -> None:
        """End them: each was answered with all of its messages, in order, and nothing else."""
        self._is_over = True
        for room, talk in self._talks.items():
            wanted = [str(number) for number in range(await talk)]
            said = [text.splitlines()[-1] for text in await self._fleet.stack.answers(room)]
            assert said[1:] == wanted

    async def _talk(self, room: int) -> int:
        """Two at least, and on until it is over; gives how many."""
        for number in count():
            slow = "slow 1; " if number % 2 else ""
            await self._fleet.stack.ask(f"{slow}echo {number}", room_id=room)
            if self._is_over and number:
                return number + 1
        raise AssertionError
