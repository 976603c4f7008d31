"""The bot that `make run` ships: it answers from the handbook, and asks the office's server."""

import shutil
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT
from tests.acceptance.stack import SUPPORT, Stack
from tests.patience import PATIENCE_S

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


@pytest.mark.long
@pytest.mark.browser
async def test_what_only_the_folder_knows_is_read_in_the_browser(
    stack: Stack, page: Page, tmp_path: Path
) -> None:
    """Somebody asks it there as people do, and sees the answer arrive with file and heading."""
    await page.goto(f"{stack.sandbox_url}/rooms/{SUPPORT}")
    await expect(page.get_by_test_id("live")).to_have_attribute("data-state", "live")
    await page.get_by_test_id("editor").fill("@Office How many days of annual leave do we have?")
    await page.get_by_test_id("send").click()
    answer = page.locator(f"[data-creator-id='{KEY.partition('-')[0]}'] [data-testid=message-body]")
    wait_ms = PATIENCE_S * 1000
    await expect(answer).to_contain_text("(leave.md, Leave › Annual leave)", timeout=wait_ms)
    await expect(answer).to_contain_text("31 days a year")
    await page.screenshot(path=tmp_path / "citation.png")


async def _ask(stack: Stack, text: str) -> str:
    """What it answers, other than signs of life."""
    asked = await stack.campfire.post(SUPPORT, text, mentions=["office"])
    found = await stack.campfire.wait_for_message(
        SUPPORT, after=asked["id"], creator_id=int(KEY.partition("-")[0])
    )
    return str(found["body"]["plain_text"])
