"""Calls that wait for a person's yes, with the real CLI: the whole life of a request."""

import json
import shutil
import signal
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT
from tests.acceptance.stack import ALL_TALK, SUPPORT, Stack
from tests.patience import PATIENCE_S

MIKE = 2
RULES = """tools: [Write]
permissions:
- {tools: [Write], policy: ask, approvers: [2]}
"""


@pytest.fixture
def bots(tmp_path: Path) -> Path:
    """The bots as they are shipped, but the assistant may write once Mike has said yes."""
    folder = tmp_path / "bots"
    shutil.copytree(ROOT / "bots", folder)
    file = folder / "assistant.yaml"
    file.write_text(file.read_text().replace("tools: []\n", RULES))
    return folder


@pytest.mark.pairs
@pytest.mark.short_form("v1.4.9")
@pytest.mark.parametrize("mode", ["main", "v1.4.9"])
async def test_the_life_of_a_request(new_stack: NewStack, bots: Path, mode: str) -> None:
    """Asked, refused to whoever may not and where it was not asked, shown, approved, done: with the
    input that was approved, whatever the model writes; once; and what is not done is said."""
    stack = new_stack(BOTS_DIR=str(bots), SANDBOX_MODE=mode)
    await stack.start()
    await stack.ready()
    ping = await stack.campfire.direct_room_id("assistant", MIKE)
    assert await _says(stack, "echo hello") == "hello"
    content = "reworded " + "x" * 500
    asked = await _asks(stack, 1, content)
    assert "Request 1: Write, because Ada Admin asked. It has not run" in asked
    assert "… and " in asked
    assert "x" * 500 not in asked
    assert "Only Mike Member can answer, here or in a direct message to me, until" in asked

    assert "Ada Admin, request 1 is not yours to decide" in await _says(stack, "yes 1", user_id=1)
    assert "was not made here" in await _says(stack, "yes 1", room_id=ALL_TALK)
    assert "There is no request 2" in await _says(stack, "yes 2")
    assert content in await _says(stack, "show 1", room_id=ping)
    assert not _written(stack)
    assert "Request 1 is approved by Mike Member" in await _says(stack, "yes 1", room_id=ping)
    await _heard(stack, "The tool answered: File created")
    assert [file.read_text() for file in _written(stack)] == [content]
    assert "Request 1 was approved by Mike Member, and has run" in await _says(stack, "no 1")

    await _asks(stack, 2, "forgetful")
    await _says(stack, "yes 2")
    await _heard(stack, "Request 2 was approved, but I did not do it, whatever I say above")
    await _asks(stack, 3, "c")
    assert "Request 3 is turned down by Mike Member" in await _says(stack, "no 3")
    await _asks(stack, 4, "d")
    assert "Request 4 is withdrawn" in await _says(stack, "stop", user_id=1)
    await _asks(stack, 5, "e")
    await _says(stack, "new", user_id=1)
    await _heard(stack, "Request 5 is withdrawn, because a new conversation was begun")
    assert "Request 5 is withdrawn" in await _says(stack, "同意 5")
    assert len(_written(stack)) == 1


@pytest.mark.pairs
@pytest.mark.long
@pytest.mark.parametrize("step", ["taken", "ran"])
async def test_a_kill_amid_an_approved_call(new_stack: NewStack, bots: Path, step: str) -> None:
    """Nobody knows whether it ran, so it is said, and it is not run again, whoever says yes."""
    stack = new_stack(BOTS_DIR=str(bots))
    stack.worker.environment["KILL_AT"] = f"approval.{step}"
    await stack.start()
    await stack.ready()
    await _asks(stack, 1, "x")
    await stack.campfire.post(SUPPORT, "yes 1", mentions=["assistant"], user_id=MIKE)
    assert await stack.worker.ended() == -signal.SIGKILL
    assert bool(_written(stack)) is (step == "ran")
    del stack.worker.environment["KILL_AT"]
    await stack.worker.start()
    await _heard(stack, "I do not know whether it was done")
    assert "I do not know whether it was done" in await _says(stack, "yes 1")
    assert bool(_written(stack)) is (step == "ran")


@pytest.mark.browser
async def test_the_life_of_a_request_in_the_browser(
    new_stack: NewStack, bots: Path, page: Page, tmp_path: Path
) -> None:
    """Asked, refused to the wrong person, approved by the right one, done: as people see it."""
    stack = new_stack(BOTS_DIR=str(bots))
    await stack.start()
    await stack.ready()
    content = "The offer to our customer, as agreed on Thursday. " * 12 + "Ada"
    call = json.dumps({"file_path": "1.txt", "content": content})

    async def types(text: str, person: int) -> None:
        await page.goto(f"{stack.sandbox_url}/rooms/{SUPPORT}?as={person}")
        await expect(page.get_by_test_id("live")).to_have_attribute("data-state", "live")
        await page.get_by_test_id("editor").fill(f"@Assistant {text}")
        await page.get_by_test_id("send").click()

    async def sees(text: str, picture: str) -> None:
        wait_ms = PATIENCE_S * 1000
        body = page.get_by_test_id("message-body").filter(has_text=text).last
        await expect(body).to_be_visible(timeout=wait_ms)
        await page.screenshot(path=tmp_path / f"{picture}.png")

    await types("echo Good morning, Mike", MIKE)
    await sees("Good morning, Mike", "0-before")
    await types(f"tool Write {call}", 1)
    await sees("Only Mike Member can answer", "1-asked")
    await types("yes 1", 1)
    await sees("Ada Admin, request 1 is not yours to decide", "2-refused")
    assert not _written(stack)
    await types("yes 1", MIKE)
    await sees("Request 1 is approved by Mike Member", "3-approved")
    await sees("The tool answered: File created", "4-done")
    assert [file.read_text() for file in _written(stack)] == [content]
    for picture in ("1-asked", "2-refused", "3-approved", "4-done"):
        assert (tmp_path / f"{picture}.png").stat().st_size > 10_000


async def _asks(stack: Stack, number: int, content: str) -> str:
    """Ada has the agent write a file; gives what the room is told of the request."""
    call = json.dumps({"file_path": f"{number}.txt", "content": content})
    await stack.say(f"tool Write {call}")
    return await _heard(stack, f"Request {number}: Write")


async def _says(stack: Stack, text: str, *, room_id: int = SUPPORT, user_id: int = MIKE) -> str:
    """Somebody types a control word; what the bot then says."""
    said = await stack.campfire.post(room_id, text, mentions=["assistant"], user_id=user_id)
    found = await stack.campfire.wait_for_message(room_id, after=said["id"], creator_id=3)
    return str(found["body"]["plain_text"])


async def _heard(stack: Stack, text: str) -> str:
    found = await stack.campfire.wait_for_message(
        SUPPORT, creator_id=3, such_that=lambda it: text in it["body"]["plain_text"]
    )
    return str(found["body"]["plain_text"])


def _written(stack: Stack) -> list[Path]:
    return sorted(stack.folder.rglob("[0-9].txt"))
