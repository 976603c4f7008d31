"""What people and operators ask for reaches the consumer that runs the turn, whichever that is."""

import asyncio
import signal

import pytest

from tests.acceptance.members.conftest import NewFleet
from tests.acceptance.members.fleet import FIRST, NAMES, OTHERS, Fleet


async def test_a_turn_is_stopped_wherever_it_runs(new_fleet: NewFleet) -> None:
    """By a word, a command, or over HTTP: the one that is meant ends, the others go on."""
    fleet = await new_fleet()
    await fleet.start(*OTHERS)
    rooms = await fleet.rooms(3)
    await fleet.settle_in(dict(zip(rooms, NAMES, strict=True)))
    running = dict(zip(NAMES, await asyncio.gather(*map(fleet.hang, rooms)), strict=True))
    first, second, third = (running[name]["job"] for name in NAMES)
    await fleet.stack.say("stop", room_id=rooms[2])
    await _cancelled(fleet, "cleo", third, 1)
    assert (await fleet.stack.operate("cancel", second))[0] == 0
    await _cancelled(fleet, "ben", second, 2)
    answer = await fleet.stack.http.delete(f"/jobs/{first}", headers=fleet.stack.operator)
    assert answer.status_code == 202
    await _cancelled(fleet, FIRST, first, 3)


@pytest.mark.long
async def test_a_cancel_outlives_the_consumer_that_it_was_for(new_fleet: NewFleet) -> None:
    """It dies with it unheard, and never comes back: whoever goes on with the message ends it, and
    the room is told."""
    fleet = await new_fleet(LEASE_SECONDS="2")
    await fleet.start("ben")
    (room,) = await fleet.rooms(1)
    await fleet.settle_in({room: "ben"})
    running = await fleet.hang(room)
    fleet["ben"].signal(signal.SIGSTOP)
    code, _ = await fleet.stack.operate("cancel", running["job"])
    assert code == 0
    await fleet.kill("ben")
    ended = await fleet[FIRST].log.event("turn_settled", job=running["job"])
    assert (ended["outcome"], ended["attempts"]) == ("cancelled", 2)


@pytest.mark.long
async def test_who_was_asked_to_drain_and_died_of_it_comes_back_to_stay(
    new_fleet: NewFleet,
) -> None:
    """It was frozen when it was asked, and killed: its next process answers."""
    fleet = await new_fleet(LEASE_SECONDS="2")
    await fleet.start("ben")
    fleet["ben"].signal(signal.SIGSTOP)
    assert (await fleet.stack.operate("members", "drain", "ben"))[0] == 0
    await fleet.kill("ben")
    await fleet.start("ben")
    (room,) = await fleet.rooms(1)
    await fleet.settle_in({room: "ben"})
    assert not fleet["ben"].log.events("drain_requested")


@pytest.mark.long
async def test_each_resets_what_is_its_own(new_fleet: NewFleet) -> None:
    """All conversations are to be forgotten: each consumer forgets those that are open there."""
    fleet = await new_fleet()
    await fleet.start(*OTHERS)
    homes = dict(zip(await fleet.rooms(3), NAMES, strict=True))
    await fleet.settle_in(homes)
    assert (await fleet.stack.operate("reset", "--all"))[0] == 0
    for room, name in homes.items():
        assert (await fleet[name].log.event("sessions_reset"))["count"] == 1
        await fleet.stack.ask("echo anew", room_id=room)
    asked = (await fleet.stack.model_requests())[-len(homes) :]
    assert [it.said for it in asked] == [("echo anew",)] * len(homes)


async def test_one_with_its_sessions_on_disk_stands_by(new_fleet: NewFleet) -> None:
    """Beside others it answers nothing, and says what to do."""
    fleet = await new_fleet()
    ben = fleet.hire("ben")
    ben.environment["SESSION_STORE"] = "disk"
    await ben.start()
    assert "SESSION_STORE=redis" in (await ben.log.event("lease_waiting"))["why"]
    assert await fleet.stack.ask("echo here") == "here"
    assert not ben.log.events("turn_claimed")
    assert await ben.terminate() == 0


async def _cancelled(fleet: Fleet, name: str, job: str, count: int) -> None:
    """Wait until that one's turn is; so many are by then."""
    await fleet[name].log.event("turn_settled", outcome="cancelled", job=job)
    assert sum(map(len, fleet.events("turn_settled", outcome="cancelled").values())) == count
