"""Whom an answer mentions is told: real processes, the real CLI, and the pushes of the sandbox."""

from pathlib import Path

import pytest

from consumer.campfire.bodies.sgids import unsigned
from sandbox.campfire.bodies.mentions import mention_html
from sandbox.campfire.rails.signed_ids import sgid_of
from tests.acceptance.conftest import NewStack
from tests.acceptance.stack import SUPPORT, Stack, user_id
from tests.acceptance.turns.talk.test_bots_together import bots_that_answer_bots
from tests.conftest import eventually

ADA, MIKE = 1, 2
NAME = "@Ada Admin"
ASSISTANT, TECHNICAL = user_id("assistant"), user_id("technical_assistant")


async def test_an_unknown_asker_is_drawn_first_and_told_from_then_on(stack: Stack) -> None:
    """The first answer with their name is edited, the second is posted signed and pushed."""
    first = await _answered(stack, f"echo {NAME} is one")
    assert f'sgid="{unsigned(ADA)}"' in first
    assert await stack.campfire.pushes() == []
    second = await _answered(stack, f"echo {NAME} is two")
    assert f'sgid="{sgid_of(ADA)}"' in second
    (push,) = await eventually(stack.campfire.pushes)
    assert (push["title"], push["to"]) == ("Support", ["Ada Admin"])
    assert push["body"] == f"Assistant: {NAME} is two"
    assert len(_edits(await stack.campfire.calls())) == 1


@pytest.mark.long
async def test_v149_names_in_text_until_a_webhook_has_shown_the_id(new_stack: NewStack) -> None:
    """There nothing can be edited, and nobody is mentioned who would not be told."""
    stack = new_stack(SANDBOX_MODE="v1.4.9")
    await stack.start()
    await stack.ready()
    assert "<action-text-attachment" not in await _answered(stack, f"echo {NAME} is one")
    asked = await stack.campfire.post(
        SUPPORT,
        html=f"<div>{mention_html(ASSISTANT, 'Assistant')} who is"
        f" {mention_html(ADA, 'Ada Admin')}?</div>",
        user_id=MIKE,
    )
    await stack.campfire.wait_for_message(SUPPORT, after=asked["id"], creator_id=ASSISTANT)
    assert f'sgid="{sgid_of(ADA)}"' in await _answered(stack, f"echo {NAME} is two")
    assert await eventually(lambda: _pushed(stack, "is two")) == [["Ada Admin"]]
    assert _edits(await stack.campfire.calls()) == []


@pytest.mark.long
@pytest.mark.parametrize("limit", [4, 1])
async def test_a_bot_that_is_mentioned_is_called_within_the_hop_limit(
    new_stack: NewStack, tmp_path: Path, limit: int
) -> None:
    """Its own webhook has taught us its id; what it then says calls the first, while it may."""
    bots = bots_that_answer_bots(tmp_path)
    stack = new_stack(BOT_HOP_LIMIT=str(limit), BOTS_DIR=str(bots))
    await stack.start()
    await stack.ready()
    await stack.campfire.add_member(SUPPORT, TECHNICAL)
    names = {
        person["id"]: person["name"] for person in (await stack.campfire.directory())["people"]
    }
    for bot in ("technical_assistant", "assistant"):
        assert await stack.ask("echo ready", bot=bot) == "ready"
    asked = await stack.say(f"echo @{names[TECHNICAL]} echo one @{names[ASSISTANT]}")
    called = await stack.campfire.wait_for_message(**{**asked, "creator_id": TECHNICAL})
    assert called["body"]["plain_text"] == f"one @{names[ASSISTANT]}"
    log = stack.web.log
    if limit == 1:
        await log.until(lambda: len(log.events("delivery_looping")) == 1, "the hop is refused")
    else:
        await stack.campfire.wait_for_message(SUPPORT, after=called["id"], creator_id=ASSISTANT)
        assert log.events("delivery_looping") == []


async def _answered(stack: Stack, text: str) -> str:
    """The body of the assistant's answer to this as Campfire has it when its turn is settled."""
    asked = await stack.say(text)
    await stack.answer(asked)
    log, message = stack.worker.log, str(asked["after"])
    await log.until(lambda: bool(log.events("turn_settled", message=message)), "it is settled")
    found = await stack.campfire.messages(SUPPORT)
    return str(next(m for m in reversed(found) if m["creator"]["id"] == ASSISTANT)["stored_html"])


async def _pushed(stack: Stack, text: str) -> list[object]:
    """To whom notices of this text went."""
    return [push["to"] for push in await stack.campfire.pushes() if text in push["body"]]


def _edits(calls: list[dict[str, object]]) -> list[object]:
    return [call["path"] for call in calls if call["method"] == "PATCH"]
