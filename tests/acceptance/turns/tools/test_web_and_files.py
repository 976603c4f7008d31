"""Web and posted files through the whole service: what a bot's file grants reaches its agent."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT
from tests.acceptance.stack import Stack, user_id
from tests.campfire_storage import Storage

ADA = 1
ME = user_id("assistant")


@pytest.fixture
def campfire(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "campfire").make()


@pytest.fixture
async def stack(new_stack: NewStack, tmp_path: Path, campfire: Storage) -> Stack:
    """The assistant may fetch from a site that is nowhere, and open what people post."""
    folder = tmp_path / "bots"
    shutil.copytree(ROOT / "bots", folder)
    with (folder / "assistant.yaml").open("a") as file:
        file.write("\nweb: {domains: [nowhere.invalid]}\nfiles: {max_mb: 1}\n")
    stack = new_stack(BOTS_DIR=str(folder), CAMPFIRE_STORAGE=str(campfire.folder))
    await stack.start()
    await stack.ready()
    return stack


async def test_a_file_is_told_opened_and_a_page_is_not_there(
    stack: Stack, campfire: Storage
) -> None:
    """The prompt names a posted file's number, by which the agent opens it; a page is fetched
    from the file's sites alone, and one that is nowhere is a sentence."""
    room = await stack.campfire.direct_room_id("assistant")
    posted = (await stack.campfire.post_file(room, "notes.txt", b"the code is 4711"))["id"]
    await stack.answer({"after": posted, "room_id": room, "creator_id": ME})
    assert f"mcp__files__open, number {posted}." in str((await stack.model_requests())[-1])
    with closing(sqlite3.connect(campfire.database)) as database:
        members = [(room, ME), (room, ADA)]
        database.executemany("INSERT INTO memberships VALUES (?, ?)", members)
        campfire.post(posted, "notes.txt", b"the code is 4711", room=room, database=database)

    async def said(tool: str, **given: object) -> str:
        asked = await stack.campfire.post(room, f"tool {tool} {json.dumps(given)}")
        return await stack.answer({"after": asked["id"], "room_id": room, "creator_id": ME})

    assert "the code is 4711" in await said("mcp__files__open", number=posted)
    nowhere = await said("mcp__web__fetch", url="https://nowhere.invalid/")
    assert "There is no site of that name." in nowhere
    elsewhere = await said("mcp__web__fetch", url="https://example.com/")
    assert "You may fetch from these sites only: nowhere.invalid." in elsewhere
