"""The bot that `make run` ships: it answers from the handbook, and asks the office's server."""

import shutil

import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT
from tests.acceptance.stack import SUPPORT, Stack

KEY = "102-0ff1ce0ff1ce"


@pytest.fixture
async def stack(new_stack: NewStack) -> Stack:
    """With that bot too, whose server is this stack's sandbox."""
    stack = new_stack(BOT_KEY_OFFICE=KEY)
    folder = stack.folder / "bots"
    shutil.copytree(ROOT / "bots", folder)
    file = folder / "office.yaml"
    text = file.read_text()
    assert "http://127.0.0.1:5003/" in text
    file.write_text(text.replace("http://127.0.0.1:5003", stack.sandbox_url))
    for process in stack.processes.values():
        process.environment["BOTS_DIR"] = str(folder)
    await stack.start()
    await stack.ready()
    await stack.worker.log.event("knowledge_taken_in", folder="handbook")
    return stack


async def test_the_example_answers_from_its_folder_and_its_server(stack: Stack) -> None:
    """What only the handbook says, with its source; what only the server knows; and `help` names
    both. Its server is there from the beginning."""
    leave = await _ask(stack, "How many days of annual leave do we have?")
    assert "may be taken into the next year, until the end of March." in leave
    assert "(leave.md, Leave › Annual leave)" in leave
    assert "floor 3, 40 seats" in await _ask(stack, 'tool mcp__office__room {"name": "Oak"}')
    said = await _ask(stack, "help")
    assert "look things up in my documents and say where they stand" in said
    assert "use office (find rooms and room)" in said
    assert stack.worker.log.events("mcp_server_down") == []


async def _ask(stack: Stack, text: str) -> str:
    """What it answers, other than signs of life."""
    asked = await stack.campfire.post(SUPPORT, text, mentions=["office"])
    found = await stack.campfire.wait_for_message(
        SUPPORT, after=asked["id"], creator_id=int(KEY.partition("-")[0])
    )
    return str(found["body"]["plain_text"])
