"""Signs of life in the room while a turn runs, on both releases of the stand-in."""

import re
from typing import Any

import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.notices import is_progress
from tests.acceptance.stack import ALL_TALK, SUPPORT, Stack
from tests.conftest import eventually
from tests.patience import PATIENCE_S

SLOW = "slow 8; echo the answer"


async def test_one_message_is_kept_up_to_date_and_goes(stack: Stack) -> None:
    """👀 at once, one message that is edited, then the answer as a new message, and ✅."""
    asked = await stack.say(SLOW)
    shown = await progress_in(stack)
    assert re.fullmatch(r"(Thinking|Writing)… · \d+ s", text(shown))
    assert await boosts(stack, asked) == ["👀"]
    assert await stack.answer(asked) == "the answer"
    await settled(stack)
    assert [text(message) for message in await said_since(stack, asked)] == ["the answer"]
    assert await boosts(stack, asked) == ["✅"]
    (answer,) = await said_since(stack, asked)
    assert answer["id"] > shown["id"], "an edited message would push no notice"
    calls = [call["method"] for call in await stack.campfire.calls()]
    assert calls.count("PATCH") >= 1


async def test_a_tool_is_told_in_people_s_words_and_language(new_stack: NewStack) -> None:
    """`LANGUAGE=zh` says that a command runs, behind what the model itself said before it."""
    stack = new_stack(LANGUAGE="zh")
    with_tools(stack, "Bash")
    await stack.start()
    await stack.ready()
    asked = await stack.say("tool Bash timeout 12 tail -f /dev/null")

    async def told() -> bool:
        said = await said_since(stack, asked)
        line = r"Let me use Bash\. · 正在运行命令… · \d+ 秒"
        return any(re.fullmatch(line, text(message)) for message in said)

    await eventually(told)
    assert "Exit code 124" in await stack.answer(asked)


async def test_a_killed_worker_s_signs_are_taken_over(stack: Stack) -> None:
    """After kill -9 the next worker goes on with the same 👀 and message, and takes both away."""
    asked = await stack.say(SLOW)
    await progress_in(stack)
    await stack.worker.kill()
    await stack.start()
    assert await stack.answer(asked) == "the answer"
    await settled(stack, attempts=2)
    assert [text(message) for message in await said_since(stack, asked)] == ["the answer"]
    assert await boosts(stack, asked) == ["✅"]


async def test_a_stopped_and_a_failed_turn_have_signs_of_their_own(new_stack: NewStack) -> None:
    """⏹ for what somebody stopped, ⚠️ for what failed."""
    stack = new_stack(PROGRESS="quiet")
    await stack.start()
    await stack.ready()
    failed = await stack.say("error 400", room_id=ALL_TALK)
    stopped = await stack.say("hang")
    claimed = await stack.worker.log.event("turn_claimed", room=SUPPORT)
    job = f"{stack.prefix}:assistant:{SUPPORT}:{claimed['message']}"
    await stack.worker.log.event("session_cold", room=SUPPORT)
    assert (await stack.http.delete(f"/jobs/{job}", headers=stack.operator)).status_code == 202
    await settled(stack, count=2)
    assert await boosts(stack, failed) == ["⚠️"]
    assert await boosts(stack, stopped) == ["⏹"]


@pytest.mark.parametrize(
    ("settings", "signs"),
    [({"PROGRESS": "off"}, []), ({"PROGRESS_ROOMS": f"{SUPPORT}=quiet"}, ["✅"])],
)
async def test_a_room_may_be_quiet(
    new_stack: NewStack, settings: dict[str, str], signs: list[str]
) -> None:
    """`quiet` has boosts alone, `off` nothing at all; by room, too."""
    stack = new_stack(**settings)
    await stack.start()
    await stack.ready()
    asked = await stack.say("slow 6; echo quiet")
    assert await stack.answer(asked) == "quiet"
    await settled(stack)
    posts = [call for call in await stack.campfire.calls() if call["path"].endswith("/messages")]
    assert [call["method"] for call in posts if call["method"] != "GET"] == ["POST"]
    assert await boosts(stack, asked) == signs


async def test_an_old_release_gets_one_short_message(new_stack: NewStack) -> None:
    """Nothing for 20 s, then a few words that stay, then the answer; no boosts, no edits."""
    stack = new_stack(SANDBOX_MODE="v1.4.9")
    await stack.start()
    await stack.ready()
    asked = await stack.say("slow 23; echo at last")
    assert await stack.answer(asked) == "at last"
    words, answer = [text(message) for message in await said_since(stack, asked)]
    assert re.fullmatch(r"(Thinking|Writing)… · 2\d s", words)
    assert answer == "at last"
    assert {call["method"] for call in await stack.campfire.calls()} <= {"POST", "GET"}


async def progress_in(stack: Stack) -> dict[str, Any]:
    """The progress message, once there is one."""
    return await stack.campfire.wait_for_message(
        SUPPORT, creator_id=3, such_that=lambda found: is_progress(text(found)), timeout=PATIENCE_S
    )


async def settled(stack: Stack, *, count: int = 1, attempts: int = 1) -> None:
    """Wait until so many messages have ended, by which their signs have been taken down."""
    await stack.worker.log.until(
        lambda: len(stack.worker.log.events("turn_settled")) == count,
        f"{count} settled",
    )
    assert stack.worker.log.events("turn_settled")[-1]["attempts"] == attempts


async def said_since(stack: Stack, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """What stands in the room below the question."""
    return await stack.campfire.messages(SUPPORT, after=asked["after"])


async def boosts(stack: Stack, asked: dict[str, Any]) -> list[str]:
    """What stands on the question."""
    messages = await stack.campfire.messages(asked["room_id"])
    (question,) = [message for message in messages if message["id"] == asked["after"]]
    return [boost["content"] for boost in question["boosts"]]


def text(message: dict[str, Any]) -> str:
    """Its plain text."""
    return str(message["body"]["plain_text"])


def with_tools(stack: Stack, *tools: str) -> None:
    """Give the stack a bot file of its own, whose bot may use these tools."""
    folder = stack.folder / "bots"
    folder.mkdir()
    names = ", ".join(tools)
    for bot in ("assistant", "technical_assistant", "financial_analyst"):
        (folder / f"{bot}.yaml").write_text(
            f"id: {bot}\nname: {bot.title()}\nsystem_prompt: Be brief.\ntools: [{names}]\n"
        )
    for process in stack.processes.values():
        process.environment["BOTS_DIR"] = str(folder)
