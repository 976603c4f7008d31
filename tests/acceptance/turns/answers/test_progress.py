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


async def test_boosts_tell_and_only_the_answer_is_posted(stack: Stack) -> None:
    """The default: 👀 at once, a boost with the time, then the answer as the only post, and ✅."""
    asked = await stack.say("slow 14; echo the answer")
    await eventually(lambda: has_boosts(stack, asked, "👀"))
    await eventually(lambda: has_boosts(stack, asked, r"⏳ (think|write) · 10 s"))
    assert await stack.answer(asked) == "the answer"
    await settled(stack)
    assert [text(message) for message in await said_since(stack, asked)] == ["the answer"]
    assert await boosts(stack, asked) == ["✅"]
    methods = [call["method"] for call in await stack.campfire.calls()]
    assert "PATCH" not in methods


@pytest.mark.long
async def test_in_a_ping_only_the_answer_is_pushed(new_stack: NewStack) -> None:
    """Whatever PROGRESS says: a message there would be a notice on somebody's phone."""
    stack = new_stack(PROGRESS="edit")
    await stack.start()
    await stack.ready()
    ping = await stack.campfire.direct_room_id("assistant")
    message = await stack.campfire.post(ping, "slow 12; echo the answer")
    asked = {"after": message["id"], "room_id": ping, "creator_id": 3}
    await eventually(lambda: has_boosts(stack, asked, r"⏳ (think|write) · 10 s"))
    assert await stack.answer(asked) == "the answer"
    await settled(stack)
    assert await boosts(stack, asked) == ["✅"]
    assert [push["body"] for push in await stack.campfire.pushes()] == ["the answer"]


async def test_one_message_is_kept_up_to_date_and_goes(new_stack: NewStack) -> None:
    """`edit`: 👀 at once, one message that is edited and deleted before the answer, and ✅."""
    stack = await editing(new_stack)
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
    calls = [call["method"] for call in await stack.campfire.calls() if is_message(call)]
    assert calls.count("PATCH") >= 1
    assert calls[-2:] == ["DELETE", "POST"], "else the answer stands without name and avatar"


@pytest.mark.long
async def test_a_tool_is_told_in_people_s_words_and_language(new_stack: NewStack) -> None:
    """`LANGUAGE=zh` says that a command runs, behind what the model itself said before it."""
    stack = new_stack(LANGUAGE="zh", PROGRESS="edit")
    with_tools(stack, "Bash")
    await stack.start()
    await stack.ready()
    asked = await stack.say("tool Bash timeout 7 tail -f /dev/null")

    async def told() -> bool:
        said = await said_since(stack, asked)
        line = r"Let me use Bash\. · 正在运行命令… · \d+ 秒"
        return any(re.fullmatch(line, text(message)) for message in said)

    await eventually(told)
    assert "Exit code 124" in await stack.answer(asked)


@pytest.mark.long
@pytest.mark.parametrize("progress", ["steps", "edit"])
async def test_a_killed_worker_s_signs_are_taken_over(new_stack: NewStack, progress: str) -> None:
    """After kill -9 the next worker goes on with what stands, and takes all of it away."""
    stack = await editing(new_stack, progress, LEASE_SECONDS="2")
    asked = await stack.say("slow 12; echo the answer")
    if progress == "edit":
        await progress_in(stack)
    else:
        await eventually(lambda: has_boosts(stack, asked, r"⏳ (think|write) · 10 s"))
    await stack.worker.kill()
    await stack.start()
    await eventually(lambda: has_boosts(stack, asked, "👀"))
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


@pytest.mark.short_form("settings1")
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


@pytest.mark.long
async def test_an_old_release_gets_the_answer_alone(new_stack: NewStack) -> None:
    """No boosts, no edits, and nothing said that could not be taken back within a minute."""
    stack = new_stack(SANDBOX_MODE="v1.4.9")
    await stack.start()
    await stack.ready()
    asked = await stack.say("slow 23; echo at last")
    assert await stack.answer(asked) == "at last"
    assert [text(message) for message in await said_since(stack, asked)] == ["at last"]
    assert {call["method"] for call in await stack.campfire.calls()} <= {"POST", "GET"}


async def editing(new_stack: NewStack, progress: str = "edit", **settings: str) -> Stack:
    """A running service with this PROGRESS."""
    stack = new_stack(PROGRESS=progress, **settings)
    await stack.start()
    await stack.ready()
    return stack


async def has_boosts(stack: Stack, asked: dict[str, Any], pattern: str) -> bool:
    """Whether one boost stands on the question, and reads so."""
    found = await boosts(stack, asked)
    return len(found) == 1 and re.fullmatch(pattern, found[0]) is not None


def is_message(call: dict[str, Any]) -> bool:
    """Whether a call of the bot API is about messages, and changes one."""
    return call["method"] != "GET" and "/boosts" not in call["path"]


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
