"""Two bots in one conversation: Campfire calls each for what the other posts."""

import shutil
from pathlib import Path

import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT
from tests.acceptance.stack import Stack, user_id
from tests.conftest import eventually

LIMIT = 3


async def test_two_bots_that_answer_each_other_stop_at_the_hop_limit(
    new_stack: NewStack, tmp_path: Path
) -> None:
    """One word of a person's in a ping with both: they answer, and each other, a few times only."""
    bots = bots_that_answer_bots(tmp_path)
    # A progress message calls the other bot too: it would be counted.
    stack = new_stack(BOT_HOP_LIMIT=str(LIMIT), BOTS_DIR=str(bots), PROGRESS="off")
    await stack.start()
    await stack.ready()
    room = await room_of_both(stack)
    await _until_they_stop(stack, room, rounds=1)
    await _until_they_stop(stack, room, rounds=2)  # a person who speaks starts the count anew
    posts = [m for m in await stack.campfire.messages(room) if m["creator"]["role"] == "bot"]
    assert len(posts) == 2 * (2 + LIMIT)


async def test_two_bots_do_not_answer_each_other_unless_told_to(new_stack: NewStack) -> None:
    """Without `answers_bots: true` in their files both answer the person, and that is all."""
    stack = new_stack(PROGRESS="off")
    await stack.start()
    await stack.ready()
    room = await room_of_both(stack)
    await stack.campfire.post(room, text="hello, both of you")
    await stack.web.log.until(
        lambda: len(stack.web.log.events("delivery_ignored", room=room)) == 2,
        "each bot's answer called the other one",
    )
    assert len(stack.web.log.events("delivery_accepted", room=room)) == 2
    posts = [m for m in await stack.campfire.messages(room) if m["creator"]["role"] == "bot"]
    assert len(posts) == 2


@pytest.mark.short_form("True-5")
@pytest.mark.parametrize(("allowed", "answers"), [(False, 1), (True, 1 + 1 + LIMIT)])
async def test_a_bot_that_is_not_ours_does_not_talk_for_ever(
    new_stack: NewStack, tmp_path: Path, allowed: bool, answers: int
) -> None:
    """Another service's bot answers all that ours says: ours does not begin, or it stops."""
    bots = bots_that_answer_bots(tmp_path) if allowed else ROOT / "bots"
    stack = new_stack(BOT_HOP_LIMIT=str(LIMIT), BOTS_DIR=str(bots), PROGRESS="off")
    for process in (stack.web, stack.worker):
        del process.environment["BOT_KEY_TECHNICAL_ASSISTANT"]
    await stack.start()
    await stack.ready()
    room = await room_of_both(stack)
    hello = await stack.campfire.post(room, text="hello, both of you")
    assert await _ending(stack, hello["id"]) == "completed"
    endings = [await _stranger_says(stack, room) for _ in range(1 + LIMIT + 2)]
    if allowed:
        assert endings == ["completed"] * (1 + LIMIT) + ["looping"] * 2
    else:
        assert endings == ["ignored"] * (1 + LIMIT + 2)
        assert len(stack.web.log.events("delivery_ignored")) == LIMIT + 2
    posts = [m for m in await stack.campfire.messages(room) if m["creator"]["id"] == 3]
    assert len(posts) == answers


async def _stranger_says(stack: Stack, room: int) -> str:
    """What becomes of a message of the bot whose key we do not have."""
    stranger = user_id("technical_assistant")
    message = await stack.campfire.post(room, "and then?", user_id=stranger)
    return await _ending(stack, message["id"])


async def _ending(stack: Stack, message_id: int) -> str:
    """How a message ended: at the door, or with its turn."""

    async def ending() -> str:
        message = str(message_id)
        for refused in ("ignored", "looping"):
            if stack.web.log.events(f"delivery_{refused}", message=message):
                return refused
        settled = stack.worker.log.events("turn_settled", message=message)
        return str(settled[0]["outcome"]) if settled else ""

    return str(await eventually(ending))


async def _until_they_stop(stack: Stack, room: int, *, rounds: int) -> None:
    """Speak to both, and wait until what their last answers called for was not taken."""
    await stack.campfire.post(room, text="hello, both of you")
    await stack.worker.log.until(
        lambda: len(stack.worker.log.events("turn_settled", room=room)) == rounds * (2 + LIMIT),
        "two answers to the person and as many to bots as allowed",
    )
    await stack.web.log.until(
        lambda: len(stack.web.log.events("delivery_looping", room=room)) == rounds * 2,
        "both were called once more",
    )


def bots_that_answer_bots(folder: Path) -> Path:
    """The bots of this repository, allowed to answer bots."""
    bots = folder / "bots"
    shutil.copytree(ROOT / "bots", bots)  # with the folders that the files name
    for file in (ROOT / "bots").glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        (bots / file.name).write_text(f"{text}answers_bots: true\n", encoding="utf-8")
    return bots


async def room_of_both(stack: Stack) -> int:
    """The group ping of the seeded sandbox: a person and two bots."""
    rooms = (await stack.campfire.directory())["rooms"]
    return next(int(r["id"]) for r in rooms if r["kind"] == "direct" and len(r["member_ids"]) == 3)
