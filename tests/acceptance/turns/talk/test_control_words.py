"""Control words typed in a room, with the real CLI: during a slow turn, during a tool, renamed."""

import asyncio
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from shared.catalogue import Language, catalogue
from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT
from tests.acceptance.stack import ALL_TALK, SUPPORT, Stack, user_id
from tests.conftest import eventually
from tests.patience import PATIENCE_S

MODES = pytest.mark.parametrize("mode", ["main", "v1.4.9"])
EN = catalogue("en")
LEFT_S = 10.0
"""How long a stopped tool may be seen on a loaded machine; what it took is in the report."""


async def started(new_stack: NewStack, **settings: str) -> Stack:
    """A running service with these settings; without progress, whose words come and go."""
    stack = new_stack(**{"PROGRESS": "off", **settings})
    await stack.start()
    await stack.ready()
    return stack


def bots(folder: Path, more: str) -> str:
    """The bots of this repository, the assistant with more in its file; again: changed."""
    copies = folder / "bots"
    if not copies.exists():  # with the folders that the files name
        shutil.copytree(ROOT / "bots", copies)
    for file in (ROOT / "bots").glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        if file.stem == "assistant":
            text = text.replace("tools: []\n", "") + more
        (copies / file.name).write_text(text, encoding="utf-8")
    return str(copies)


async def said(stack: Stack, words: str, *, room_id: int = SUPPORT, after: int = 0) -> str:
    """Wait until the assistant has said something with these words; the whole of it."""
    message = await stack.campfire.wait_for_message(
        room_id,
        after=after,
        creator_id=user_id("assistant"),
        such_that=lambda found: words in found["body"]["plain_text"],
        timeout=PATIENCE_S,
    )
    return str(message["body"]["plain_text"])


async def working(stack: Stack, text: str, *, room_id: int = SUPPORT) -> None:
    """Ask, and wait until the model was asked: the turn is in the middle."""
    await stack.say(text, room_id=room_id)

    async def asked() -> bool:
        return any(text in request.said[-1] for request in await stack.model_requests())

    await eventually(asked)


async def order(stack: Stack, word: str, *, room_id: int = SUPPORT) -> int:
    """Type a control word; the id of the message."""
    return int((await stack.say(word, room_id=room_id))["after"])


@MODES
@pytest.mark.short_form("main")
async def test_stop_ends_the_tool_and_leaves_other_lanes_alone(
    new_stack: NewStack,
    tmp_path: Path,
    mode: str,
    record_property: Callable[[str, object], None],
) -> None:
    """No process of the tool is left, the room is told once, the conversation goes on."""
    folder = bots(tmp_path, "tools: [Bash]\n")
    stack = await started(new_stack, BOTS_DIR=folder, SANDBOX_MODE=mode)
    await working(stack, "slow 8; echo untouched", room_id=ALL_TALK)
    seconds = "6007" if mode == "main" else "6008"
    tool = ("tail", "-s", seconds, "-f", "/dev/null")  # a mere `sleep` the CLI refuses to run
    await stack.say(f"tool Bash {' '.join(tool)}")
    sleeper = await eventually(lambda: process_with(*tool))

    asked = time.monotonic()
    await order(stack, "Stop!")
    await asyncio.to_thread(psutil.wait_procs, [sleeper], LEFT_S)
    assert not sleeper.is_running()
    record_property("seconds until the tool was gone", round(time.monotonic() - asked, 2))
    print(f"the tool was gone after {time.monotonic() - asked:.2f} s")  # noqa: T201

    await said(stack, EN.say("cancelled"))
    assert await stack.ask("echo after") == "after"
    await said(stack, "untouched", room_id=ALL_TALK)
    assert (await stack.answers()).count(EN.say("cancelled")) == 1
    settled = await stack.worker.log.event("turn_settled", room=SUPPORT, outcome="cancelled")
    assert settled["attempts"] == 1


@pytest.mark.long
@MODES
async def test_every_word_is_heard_during_a_tool(
    new_stack: NewStack, tmp_path: Path, mode: str
) -> None:
    """Questions leave the tool at work; `new` and `stop all` end it."""
    folder = bots(tmp_path, "tools: [Bash]\n")
    stack = await started(new_stack, BOTS_DIR=folder, SANDBOX_MODE=mode)
    seconds = "6009" if mode == "main" else "6010"
    tool = ("tail", "-s", seconds, "-f", "/dev/null")
    await stack.say(f"tool Bash {' '.join(tool)}")
    sleeper = await eventually(lambda: process_with(*tool))
    for word, words in (
        ("status", "I am working on a message of Ada Admin"),
        ("help", EN.say("can.Bash")),
        ("usage", EN.say("control.unused")),
    ):
        after = await order(stack, word)
        await said(stack, words, after=after)
    assert sleeper.is_running()
    await order(stack, "new")
    await said(stack, EN.say("error.SessionReset"))
    await asyncio.to_thread(psutil.wait_procs, [sleeper], LEFT_S)
    assert not sleeper.is_running()

    await stack.say(f"tool Bash {' '.join(tool)}")
    sleeper = await eventually(lambda: process_with(*tool))
    await stack.say("echo waiting")
    await order(stack, "stop all")
    await said(stack, EN.say("control.unanswered.many", count=2, people="Ada Admin"))
    await asyncio.to_thread(psutil.wait_procs, [sleeper], LEFT_S)
    assert not sleeper.is_running()
    assert await stack.ask("echo after") == "after"


@pytest.mark.short_form("zh-words1-v1.4.9")
@MODES
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("status", "help", "usage", "stop")), ("zh", ("状态", "帮助", "用量", "停"))],
)
async def test_words_are_answered_during_a_slow_turn(
    new_stack: NewStack, mode: str, language: Language, words: tuple[str, ...]
) -> None:
    """Each at once, in the service's language, while the turn goes on until it is stopped."""
    stack = await started(new_stack, LANGUAGE=language, SANDBOX_MODE=mode, MAX_TURNS_AT_ONCE="1")
    speech, (status, help_, usage, stop) = catalogue(language), words
    await stack.ask("echo first")
    await working(stack, "slow 100; echo never")
    await stack.say("echo waits")
    await order(stack, status)
    state = await said(stack, speech.say("control.waiting.one", people="Ada Admin"))
    assert "Ada Admin" in state.splitlines()[0]
    assert speech.say("control.tier.busy") in state
    assert "US$" in state
    await order(stack, help_)
    introduced = await said(stack, speech.say("control.name", bot="Assistant"))
    assert speech.say("control.no_tools") in introduced
    assert stop in introduced or speech.say("control.help.stop") in introduced
    await order(stack, usage)
    assert "US$" in await said(stack, "token")
    await order(stack, stop)
    await said(stack, speech.say("cancelled"))
    await said(stack, "waits")
    assert not any("never" in text for text in await stack.answers())


@MODES
@pytest.mark.short_form("v1.4.9")
async def test_new_forgets_also_while_a_turn_runs(new_stack: NewStack, mode: str) -> None:
    """The running turn ends with a sentence, and the next message knows nothing."""
    stack = await started(new_stack, SANDBOX_MODE=mode)
    await stack.ask("my name is Zoe")
    await order(stack, "new")
    await said(stack, EN.say("control.new"))
    assert "Zoe" not in await stack.ask("what did I say first?")
    await working(stack, "slow 100; echo never")
    after = await order(stack, "新对话")
    await said(stack, EN.say("control.new"), after=after)
    await said(stack, EN.say("error.SessionReset"))
    assert await stack.ask("echo two") == "two"
    assert (await stack.model_requests())[-1].said == ("echo two",)


@MODES
@pytest.mark.short_form("main")
async def test_stop_all_ends_what_waits_too(new_stack: NewStack, mode: str) -> None:
    """One message says how many will not be answered, and whose; what comes after is."""
    stack = await started(new_stack, SANDBOX_MODE=mode)
    await working(stack, "slow 100; echo never")
    for number in range(3):
        await stack.say(f"echo waiting {number}")
    await stack.web.log.until(
        lambda: len(stack.web.log.events("delivery_accepted")) == 4,
        "four accepted",
    )
    await order(stack, "stop all")
    await said(stack, EN.say("control.unanswered.many", count=4, people="Ada Admin"))
    assert await stack.ask("echo after") == "after"
    assert len(await stack.answers()) == 2
    await order(stack, "stop")
    await said(stack, EN.say("control.nothing"))


async def test_a_bot_renames_and_forbids_words(new_stack: NewStack, tmp_path: Path) -> None:
    """The new name works, the old one and the forbidden word are for the agent; help knows."""
    more = "tools: []\nhelp: I know the handbook.\ncontrol_words: {stop: halt, new: false}\n"
    stack = await started(new_stack, BOTS_DIR=bots(tmp_path, more))
    assert "said: 'new'" in await stack.ask("new")
    assert "said: 'stop'" in await stack.ask("stop")
    await working(stack, "slow 100; echo never")
    await order(stack, "Halt")
    await said(stack, EN.say("cancelled"))
    await order(stack, "help")
    introduced = await said(stack, "handbook")
    assert "halt " in introduced
    assert EN.say("control.help.new") not in introduced


async def test_a_word_renamed_while_the_service_runs(new_stack: NewStack, tmp_path: Path) -> None:
    """The web process takes the changed file in too: the new name is an order from then on."""
    stack = await started(new_stack, BOTS_DIR=bots(tmp_path, "tools: []\n"))
    assert "said: 'halt'" in await stack.ask("halt")
    bots(tmp_path, "tools: []\ncontrol_words: {stop: halt}\n")
    for process in (stack.web, stack.worker):
        await process.log.event("bot_reloaded", bot="assistant")
    await order(stack, "halt")
    await said(stack, EN.say("control.nothing"))
    assert "said: 'stop'" in await stack.ask("stop")


@pytest.mark.short_form("turn.answered#2")
@pytest.mark.parametrize("step", ["turn.claimed#2", "turn.answered#2", "turn.stored#2"])
async def test_stop_is_carried_out_when_the_worker_dies_meanwhile(
    new_stack: NewStack, step: str
) -> None:
    """kill -9 around the stop: what was asked before it never answers, what comes after does."""
    stack = new_stack(PROGRESS="off")
    stack.worker.environment["KILL_AT"] = step
    await stack.start()
    await stack.ready()
    await working(stack, "slow 20; echo never")
    await order(stack, "stop")
    assert await stack.worker.ended() == -signal.SIGKILL
    del stack.worker.environment["KILL_AT"]
    await stack.worker.start()
    await stack.ready()
    assert await answered(stack, "echo after", "after")
    said_by_it = await stack.answers()
    assert EN.say("cancelled") in said_by_it
    assert not any("never" in text for text in said_by_it)
    stats = (await stack.http.get("/queue/stats", headers=stack.operator)).json()
    assert stats["total"] == 0


async def answered(stack: Stack, text: str, words: str) -> str:
    """Ask, and wait for this answer, whatever is said of earlier messages meanwhile."""
    asked = await stack.say(text)
    return await said(stack, words, after=asked["after"])


async def process_with(*arguments: str) -> psutil.Process | None:
    """The process that was started with exactly these arguments, if it runs."""
    for process in psutil.process_iter(["cmdline"]):
        if process.info["cmdline"] == list(arguments):
            return process
    return None
