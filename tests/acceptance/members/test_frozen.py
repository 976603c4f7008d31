"""Consumers that freeze at the worst moments: each message has one end, and one that is right."""

import signal
from functools import partial

import pytest

from shared.catalogue import catalogue
from shared.members import living
from shared.startup.process import EXIT_FAILED
from tests.acceptance.members.conftest import NewFleet
from tests.acceptance.members.fleet import FIRST, NAMES, OTHERS, Fleet
from tests.conftest import eventually

SOON = {"LEASE_SECONDS": "2", "STUCK_AFTER_SECONDS": "600"}
"""A lease lapses within seconds, and who thaws hears of that."""
SLOW = "slow 2; echo done"


async def test_all_freeze_at_once_and_go_on(new_fleet: NewFleet) -> None:
    """As when their machine is suspended, for longer than a lease: nobody was there to find the
    others dead, so each goes on with its turn, and no crash is counted."""
    fleet = await new_fleet(**SOON)
    await fleet.start(*OTHERS)
    homes = dict(zip(await fleet.rooms(3), NAMES, strict=True))
    await fleet.settle_in(homes)
    for room in homes:
        await fleet.stack.say(SLOW, room_id=room)
    for room, name in homes.items():
        await fleet[name].log.event("session_hot", lane=f"{room}:assistant")
    _signal(fleet, signal.SIGSTOP, *NAMES)
    await eventually(lambda: _none_lives(fleet))
    _signal(fleet, signal.SIGCONT, *NAMES)
    for room, name in homes.items():
        await fleet[name].log.until(partial(_has_settled, fleet, name, 2), "its turn")
        assert await _answers(fleet, room) == ["done"]
        assert fleet[name].is_running
    assert not fleet.events("turn_claimed", attempt=2)


@pytest.mark.long
async def test_stop_reaches_what_a_frozen_one_ran(new_fleet: NewFleet) -> None:
    """Whoever goes on hears it before the turn runs again, and the room is told once; who thaws
    says nothing, and ends."""
    fleet = await new_fleet(**SOON)
    await fleet.start(*OTHERS)
    (room,) = await fleet.rooms(1)
    await fleet.settle_in({room: "ben"})
    job = (await fleet.hang(room))["job"]
    _signal(fleet, signal.SIGSTOP, "ben")
    await fleet.stack.say("stop", room_id=room)
    await fleet.until(lambda: bool(fleet.events("turn_settled", job=job, outcome="cancelled")))
    _signal(fleet, signal.SIGCONT, "ben")
    assert await fleet["ben"].ended() == EXIT_FAILED
    await eventually(lambda: _says(fleet, room, [catalogue("en").say("cancelled")]))


@pytest.mark.long
async def test_who_freezes_amid_its_drain_takes_nothing_back(new_fleet: NewFleet) -> None:
    """Another finishes its turn; awake again it ends in order, and the conversation goes on."""
    fleet = await new_fleet(**SOON)
    await fleet.start(*OTHERS)
    (room,) = await fleet.rooms(1)
    await fleet.settle_in({room: "ben"})
    await fleet.stack.say(SLOW, room_id=room)
    await fleet["ben"].log.event("session_hot")
    _signal(fleet, signal.SIGTERM, "ben")
    await fleet["ben"].log.event("drain_requested")
    _signal(fleet, signal.SIGSTOP, "ben")
    await fleet.until(lambda: bool(fleet.events("turn_settled", room=room, attempt=2)))
    _signal(fleet, signal.SIGCONT, "ben")
    await fleet["ben"].ended()
    assert await _answers(fleet, room) == ["done"]
    assert f"my room is {room}" in await fleet.stack.ask("what did I say first?", room_id=room)


@pytest.mark.long
async def test_who_takes_the_name_of_a_frozen_one_keeps_what_it_has(new_fleet: NewFleet) -> None:
    """On another machine; the first, awake again, ends, and its lanes stay the second's, hot."""
    fleet = await new_fleet(**SOON)
    await fleet.start("ben")
    assert await fleet[FIRST].terminate() == 0  # nobody else takes what it has
    (room,) = await fleet.rooms(1)
    await fleet.settle_in({room: "ben"})
    await fleet.stack.say(SLOW, room_id=room)
    await fleet["ben"].log.event("session_hot")
    _signal(fleet, signal.SIGSTOP, "ben")
    fleet.hire("again").environment["MEMBER"] = "ben"
    await fleet.start("again")
    await fleet["again"].log.event("turn_settled", room=room, attempt=2)
    _signal(fleet, signal.SIGCONT, "ben")
    assert await fleet["ben"].ended() == EXIT_FAILED
    assert await fleet.home(room) == "ben"
    assert await fleet.stack.ask("echo after", room_id=room) == "after"
    assert fleet["again"].log.events("session_hot", room=room)
    assert await _answers(fleet, room) == ["done", "after"]


def _has_settled(fleet: Fleet, name: str, count: int) -> bool:
    return len(fleet[name].log.events("turn_settled")) == count


def _signal(fleet: Fleet, number: signal.Signals, *names: str) -> None:
    for name in names:
        fleet[name].signal(number)


async def _none_lives(fleet: Fleet) -> bool:
    return not await living(fleet.redis, fleet.keys)


async def _answers(fleet: Fleet, room: int) -> list[str]:
    """The last lines of all but the first: one that is late begins with its question."""
    return [text.splitlines()[-1] for text in await fleet.stack.answers(room)][1:]


async def _says(fleet: Fleet, room: int, wanted: list[str]) -> bool:
    return await _answers(fleet, room) == wanted
