"""After a start of all each conversation is made hot once, where it belongs."""

import asyncio
from collections import Counter

import pytest

from tests.acceptance.members.conftest import NewFleet
from tests.acceptance.members.fleet import NAMES, OTHERS, Fleet
from tests.acceptance.sessions.agent_processes import AgentProcesses


async def test_who_comes_back_prewarms_its_own_lanes_and_no_others(new_fleet: NewFleet) -> None:
    """All three are killed and come back within moments: each answers from memory what it had."""
    fleet = await new_fleet(MAX_HOT_SESSIONS="8")
    await fleet.start(*OTHERS)
    homes = dict(zip(await fleet.rooms(3), NAMES, strict=True))
    await fleet.settle_in(homes)
    await fleet.kill(*NAMES)
    with AgentProcesses(fleet.stack.folder) as agents:
        await fleet.start(*NAMES)
        await _hot(fleet, homes)
        assert set(agents.most.values()) == {1}, agents.most
    assert fleet.lanes("session_warm") == {name: {room: 1} for room, name in homes.items()}


@pytest.mark.long
async def test_what_has_no_home_is_prewarmed_by_who_is_the_first(new_fleet: NewFleet) -> None:
    """All three were stopped in order, and have let go of what they had; of three that start at
    once two may take themselves for the first, and each lane is prewarmed by one."""
    fleet = await new_fleet(MAX_HOT_SESSIONS="8")
    await fleet.start(*OTHERS)
    rooms = await fleet.rooms(3)
    await fleet.settle_in(dict(zip(rooms, NAMES, strict=True)))
    await asyncio.gather(*(fleet[name].terminate() for name in NAMES))
    assert [await fleet.home(room) for room in rooms] == [None] * 3
    with AgentProcesses(fleet.stack.folder) as agents:
        await fleet.start(*NAMES)
        await fleet.until(lambda: len(_warm(fleet)) >= len(rooms))
        warm = _warm(fleet)
        await _hot(fleet, warm)
        assert set(agents.most.values()) == {1}, agents.most
    assert [await fleet.home(room) for room in warm] == list(warm.values())
    assert sum(map(Counter, fleet.lanes("session_warm").values()), Counter()) == Counter(rooms)


def _warm(fleet: Fleet) -> dict[int, str]:
    """Where each is hot."""
    found = fleet.lanes("session_warm").items()
    return {room: name for name, rooms in found for room in rooms}


async def _hot(fleet: Fleet, homes: dict[int, str]) -> None:
    """Each is made hot before it is asked, and then answers from memory."""
    for room, name in homes.items():
        await fleet[name].log.event("session_warm", ahead=True, lane=f"{room}:assistant")
    for room, name in homes.items():
        asked = await fleet.stack.ask("what did I say first?", room_id=room)
        assert f"my room is {room}" in asked
        assert fleet[name].log.events("session_hot", lane=f"{room}:assistant")
