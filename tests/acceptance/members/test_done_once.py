"""What is to be done once is done once by three consumers, and for the right lanes."""

import shutil
import signal
import time
from pathlib import Path

import pytest

from shared.lane import Lane
from shared.members import living
from tests.acceptance.environment import ROOT
from tests.acceptance.members.conftest import NewFleet
from tests.acceptance.members.fleet import BOT, FIRST, NAMES, OTHERS, Fleet
from tests.acceptance.stack import SUPPORT
from tests.conftest import eventually

SCHEDULE = f"schedules: {{news: {{at: 0 0 1 1 *, room: {SUPPORT}, ask: echo what is new}}}}"
WORDS = ["one", "two", "three"]


@pytest.fixture
def bots(tmp_path: Path) -> Path:
    """The bots as they are shipped, but the assistant has a schedule, and it alone talks."""
    folder = tmp_path / "bots"
    shutil.copytree(ROOT / "bots", folder)
    file = folder / f"{BOT}.yaml"
    file.write_text(f"{file.read_text()}\n{SCHEDULE}\n")
    return folder


async def test_what_came_while_nobody_was_there_is_taken_up_once(
    new_fleet: NewFleet, bots: Path
) -> None:
    """Three start at once: a schedule's time is due, a lane stands that nothing would wake, and
    Campfire holds messages that never came. Each is done by one of them."""
    fleet = await new_fleet(BOTS_DIR=str(bots))
    (broken,) = await fleet.rooms(1)
    assert await fleet.stack.ask("echo known") == "known"
    await fleet.kill(FIRST)
    await _stands_still(fleet, broken)
    await fleet.redis.zadd(fleet.keys.due, {f"schedule:{BOT}:news": round(time.time() * 1000)})
    await fleet.stack.web.kill()
    for word in WORDS:
        await fleet.stack.say(f"echo {word}")
    await fleet.start(*NAMES)
    await fleet.stack.web.start()
    await eventually(lambda: _answered(fleet, {*WORDS, "known"}, SUPPORT))
    await eventually(lambda: _answered(fleet, {"here"}, broken))
    await eventually(lambda: _answered(fleet, {"what is new"}, SUPPORT))
    assert len(await fleet.stack.answers()) == len(WORDS) + 2
    assert await fleet.stack.answers(broken) == ["here"]
    done = {
        event: sum(map(len, fleet.events(event).values()))
        for event in ("due_fired", "lanes_repaired", "message_caught_up")
    }
    assert done == {"due_fired": 1, "lanes_repaired": 1, "message_caught_up": len(WORDS)}


@pytest.mark.long
async def test_who_becomes_the_first_looks_for_what_the_last_one_left(new_fleet: NewFleet) -> None:
    """The first dies, and with it what it was asked; nothing restarts it, and nobody asks again."""
    fleet = await new_fleet(LEASE_SECONDS="2")
    await fleet.start(*OTHERS)
    assert await fleet.stack.ask("echo known") == "known"
    fleet[FIRST].signal(signal.SIGSTOP)
    await fleet.stack.web.kill()
    await fleet.stack.say("echo missed")
    before = fleet[OTHERS[0]].log.events("catch_up_finished")
    await fleet.stack.web.start()  # it has the first asked
    await fleet.stack.web.log.event("ingress_listening")
    await fleet.kill(FIRST)
    await fleet.stack.until_answers(["known", "missed"])
    assert len(fleet[OTHERS[0]].log.events("catch_up_finished")) > len(before)
    assert list(fleet.events("message_caught_up")) == [OTHERS[0]]


async def test_each_forgets_what_is_its_own_and_the_first_what_is_nobodys(
    new_fleet: NewFleet,
) -> None:
    """Past their time to live: one conversation of each consumer, one whose home is no more."""
    fleet = await new_fleet(MAX_HOT_SESSIONS="1", LEASE_SECONDS="1")  # with one none is prewarmed
    await fleet.start(*OTHERS, "gone")
    rooms = await fleet.rooms(4)
    homes = dict(zip(rooms, [*NAMES, "gone"], strict=True))
    await fleet.settle_in(homes)
    await fleet.kill("gone")
    await eventually(lambda: _lives_no_more(fleet, "gone"))
    homes[rooms[-1]] = FIRST
    for name in reversed(NAMES):
        await fleet.kill(name)
        fleet[name].environment["SESSION_TTL_HOURS"] = "0.0000001"
        await fleet.start(name)
        await fleet[name].log.event("sessions_cleaned_up")
    gone = fleet.lanes("session_expired")
    assert gone == {name: {r: 1 for r in rooms if homes[r] == name} for name in NAMES}
    assert not await fleet.redis.exists(*(fleet.keys.session(Lane(r, BOT)) for r in rooms))


@pytest.mark.long
async def test_each_deletes_its_own_spares_folders_in_one_that_all_share(
    new_fleet: NewFleet,
) -> None:
    """One file system under DATA_DIR/workspaces: who comes back after a kill deletes what its last
    process left there, and nothing that another works in."""
    fleet = await new_fleet(SPARE_SESSIONS="1")
    shared = fleet.data(FIRST) / "workspaces"
    for name in OTHERS:
        fleet.data(name).mkdir()
        (fleet.data(name) / "workspaces").symlink_to(shared)
    await fleet.start(*OTHERS)
    await eventually(lambda: _all_have_spares(shared))
    await fleet.kill("ben")
    left, others = _spares(shared, "ben"), _spares(shared, "anna") | _spares(shared, "cleo")
    await fleet.start("ben")
    await fleet["ben"].log.event("sessions_cleaned_up")
    assert not left & _spares(shared, "ben")
    assert others <= _spares(shared, "anna") | _spares(shared, "cleo")


async def _stands_still(fleet: Fleet, room: int) -> None:
    """A message waits there, and nothing knows when it is due: as a crash between two steps."""
    await fleet.stack.say("echo here", room_id=room)
    head = fleet.keys.lane(Lane(room, BOT))
    await eventually(lambda: fleet.redis.exists(head))
    await fleet.redis.delete(fleet.keys.queue)


async def _lives_no_more(fleet: Fleet, name: str) -> bool:
    return name not in {member.name for member in await living(fleet.redis, fleet.keys)}


async def _answered(fleet: Fleet, words: set[str], room: int) -> bool:
    return words <= {text.splitlines()[-1] for text in await fleet.stack.answers(room)}


async def _all_have_spares(shared: Path) -> bool:
    return all(_spares(shared, name) for name in NAMES)


def _spares(shared: Path, name: str) -> set[str]:
    return {folder.name for folder in shared.glob(f"spare-{name}.*")}
