"""Rights with the real CLI, and as people see them: who may not is told, and meets no silence."""

import json
import shutil
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from consumer.tool_calls.rights import NOT_THEIRS
from shared.catalogue import catalogue
from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT
from tests.acceptance.stack import SUPPORT, Stack
from tests.conftest import eventually
from tests.patience import PATIENCE_S

BOTH = pytest.mark.parametrize("mode", ["main", "v1.4.9"])
EN = catalogue("en")
ADA, MIKE = 1, 2
RULES = """
people: {talk: [1, 2], control: {new: [1]}}
permissions:
  - {tools: [Write], policy: allow, people: [1]}
  - {tools: [campfire/notes], policy: allow}
"""
WRITE = f"tool Write {json.dumps({'file_path': 'x.txt', 'content': 'x'})}"


async def _stack(new_stack: NewStack, bots: Path, mode: str, rules: str) -> Stack:
    """The assistant may write and take notes, as far as these keys of its file let it."""
    shutil.copytree(ROOT / "bots", bots)
    file = bots / "assistant.yaml"
    granted = "tools: [Write]\ncampfire: [notes]"
    file.write_text(f"{file.read_text().replace('tools: []', granted)}\n{rules}")
    stack = new_stack(BOTS_DIR=str(bots), SANDBOX_MODE=mode)
    await stack.start()
    await stack.ready()
    return stack


async def _asks(stack: Stack, text: str, person: int) -> int:
    """Somebody mentions the bot; gives the message's id."""
    said = await stack.campfire.post(SUPPORT, text, mentions=["assistant"], user_id=person)
    return int(said["id"])


async def _told(stack: Stack, text: str, person: int) -> str:
    """The same; gives what the bot then posts first."""
    after = await _asks(stack, text, person)
    return await stack.answer({"room_id": SUPPORT, "after": after, "creator_id": 3})


async def _signs(stack: Stack, number: int) -> list[str]:
    messages = await stack.campfire.messages(SUPPORT)
    (found,) = [message for message in messages if message["id"] == number]
    return [boost["content"] for boost in found["boosts"]]


@pytest.mark.short_form("v1.4.9")
@BOTH
async def test_what_a_person_may_have_is_theirs_alone(
    new_stack: NewStack, tmp_path: Path, mode: str
) -> None:
    """The same call for one and for the other, help for each, another's note, another's word."""
    stack = await _stack(new_stack, tmp_path / "bots", mode, RULES)
    assert NOT_THEIRS.format(tool="Write") in await _told(stack, WRITE, MIKE)
    assert NOT_THEIRS.format(tool="Write") not in await _told(stack, WRITE, ADA)

    helped = [await _told(stack, "help", person) for person in (ADA, MIKE)]
    assert [EN.say("can.Write") in said for said in helped] == [True, False]
    assert all(EN.say("can.campfire.notes") in said for said in helped)

    assert "Noted here as 1" in await _told(stack, "tool campfire__remember tea time", MIKE)
    others = EN.say("not_answered.others", person="Ada Admin")
    assert others in await _told(stack, "forget 1", ADA)
    assert await _told(stack, "forget 1", MIKE) == "Note 1 is gone."

    refused = EN.say("not_answered.word", person="Mike Member")
    assert await _told(stack, "new", MIKE) == refused
    again = await _asks(stack, "new", MIKE)
    await stack.worker.log.event("not_answered", message=str(again))
    if mode == "main":
        await eventually(lambda: _is(stack, again, ["🚫"]))
    assert await _told(stack, "new", ADA) == EN.say("control.new")
    assert (await stack.answers()).count(refused) == 1


async def _is(stack: Stack, number: int, signs: list[str]) -> bool:
    return await _signs(stack, number) == signs


@pytest.mark.browser
@pytest.mark.short_form("main")
@BOTH
async def test_whoever_is_not_answered_sees_why(
    new_stack: NewStack, page: Page, tmp_path: Path, mode: str
) -> None:
    """In a browser: the sentence once, and 🚫 on each of their messages where there are boosts."""
    stack = await _stack(new_stack, tmp_path / "bots", mode, "people: {talk: [1]}")
    await page.goto(f"{stack.sandbox_url}/rooms/{SUPPORT}")
    sentence = page.get_by_text(EN.say("not_answered.person", person="Mike Member"))
    first = await _asks(stack, "may I?", MIKE)
    await expect(sentence).to_be_visible(timeout=PATIENCE_S * 1000)
    second = await _asks(stack, "and now?", MIKE)
    await stack.worker.log.event("turn_settled", message=str(second))
    if mode == "main":
        await expect(page.get_by_text("🚫")).to_have_count(2, timeout=PATIENCE_S * 1000)
        assert [await _signs(stack, it) for it in (first, second)] == [["🚫"], ["🚫"]]
    await expect(sentence).to_have_count(1)
    await page.screenshot(path=tmp_path / f"{mode}.png")
    assert await stack.model_requests() == []
