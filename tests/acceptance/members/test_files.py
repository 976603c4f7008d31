"""Files that an agent sends are in the room before its lane moves, or the room is told of them."""

import json
import shutil
import signal
from pathlib import Path

import pytest

from shared.catalogue import catalogue
from tests.acceptance.environment import ROOT
from tests.acceptance.members.conftest import NewFleet
from tests.acceptance.members.fleet import BOT, FIRST, Fleet
from tests.acceptance.stack import user_id
from tests.conftest import eventually

NOTES = "notes.txt"


@pytest.fixture
def bots(tmp_path: Path) -> Path:
    """The bots as they are shipped, but the assistant may write files."""
    folder = tmp_path / "bots"
    shutil.copytree(ROOT / "bots", folder)
    file = folder / f"{BOT}.yaml"
    file.write_text(file.read_text().replace("tools: []", "tools: [Write]"))
    return folder


async def test_a_file_is_in_the_room_before_the_lane_moves(new_fleet: NewFleet, bots: Path) -> None:
    """Its home leaves amid the turn: answer and file come from it, then another goes on."""
    fleet = await new_fleet(BOTS_DIR=str(bots))
    await fleet.start("ben")
    (room,) = await fleet.rooms(1)
    await fleet.settle_in({room: "ben"})
    await fleet.stack.say(_writes(slow=2), room_id=room)
    await eventually(lambda: _is_asked(fleet))
    await fleet.stack.say("echo after", room_id=room)
    assert await fleet["ben"].terminate() == 0
    assert len(fleet["ben"].log.events("reply_posted", room=room)) == 3
    await fleet[FIRST].log.event("turn_settled", room=room, outcome="completed")
    assert _kinds(await _said(fleet, room)) == ["text", "text", "file", "text"]
    assert not _kept(fleet, "ben")


@pytest.mark.long
@pytest.mark.parametrize("shared", [False, True], ids=["own disks", "one file system"])
async def test_a_crash_before_the_file_is_told_where_it_cannot_be_read(
    new_fleet: NewFleet, bots: Path, shared: bool
) -> None:
    """Another finishes the answer: the text is there once, and then the file from the file system
    that all share, or else a sentence that names it."""
    fleet = await new_fleet(BOTS_DIR=str(bots), LEASE_SECONDS="2")
    fleet.hire("ben").environment["KILL_AT"] = "turn.posting#3"
    if shared:
        _share(fleet, "ben")
    await fleet.start("ben")
    (room,) = await fleet.rooms(1)
    await fleet.settle_in({room: "ben"})
    await fleet.stack.say(_writes(), room_id=room)
    assert await fleet["ben"].ended() == -signal.SIGKILL
    fleet["ben"].was_killed = True
    await fleet[FIRST].log.event("turn_settled", room=room, attempt=2)
    said = await _said(fleet, room)
    lost = catalogue("en").say("files.lost", names=NOTES)
    assert _kinds(said) == ["text", "text", "file" if shared else "text"]
    assert (lost in said[-1]) is not shared


def _writes(slow: int = 0) -> str:
    wanted = {"file_path": f"outbox/{NOTES}", "content": "what was said"}
    return f"{f'slow {slow}; ' if slow else ''}tool Write {json.dumps(wanted)}"


def _share(fleet: Fleet, name: str) -> None:
    """As one file system is mounted: the agents' folders, and files on their way into a room."""
    for folder in ("workspaces", "outgoing"):
        (fleet.data(FIRST) / folder).mkdir(exist_ok=True)
        fleet.data(name).mkdir(exist_ok=True)
        (fleet.data(name) / folder).symlink_to(fleet.data(FIRST) / folder)


def _kept(fleet: Fleet, name: str) -> list[Path]:
    """Files on their way."""
    found = (fleet.data(name) / "outgoing").rglob("*")
    return [it for it in found if it.is_file() and not it.name.startswith(".")]


async def _is_asked(fleet: Fleet) -> bool:
    return any("tool Write" in it.said[-1] for it in await fleet.stack.model_requests())


async def _said(fleet: Fleet, room: int) -> list[str]:
    """What the bot posted there: texts, and `file` of each file."""
    found = await fleet.stack.campfire.messages(room)
    own = [message for message in found if message["creator"]["id"] == user_id(BOT)]
    return ["file" if it["attachment"] else str(it["body"]["plain_text"]) for it in own]


def _kinds(said: list[str]) -> list[str]:
    return ["file" if it == "file" else "text" for it in said]
