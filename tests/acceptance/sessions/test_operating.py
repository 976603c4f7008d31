"""What an operator changes while the service runs: bot files and conversations."""

import shutil
from pathlib import Path

from shared.catalogue import catalogue
from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT
from tests.acceptance.stack import SUPPORT, Stack
from tests.conftest import eventually


async def test_a_changed_bot_file_counts_from_the_lanes_next_turn(new_stack: NewStack) -> None:
    """A turn that runs keeps its prompt; the next resumes under the new one, and remembers.

    A file that is broken meanwhile changes nothing but the log.
    """
    stack = new_stack(SPARE_SESSIONS="0")
    file = with_own_bots(stack)
    await stack.start()
    await stack.ready()
    running = await stack.say("slow 4; echo one")
    await stack.worker.log.event("session_cold")
    changed = file.read_text().replace("system_prompt: |", "system_prompt: |\n  Be a pirate.")
    file.write_text(changed)
    await stack.worker.log.event("bot_reloaded", bot="assistant")
    assert await stack.answer(running) == "one"
    assert await stack.ask("echo two") == "two"
    await stack.worker.log.event("session_warm")
    first, second = await systems(stack, ("slow 4; echo one", "echo two"))
    assert "Be a pirate." not in first
    assert "Be a pirate." in second
    assert (await stack.model_requests())[-1].said == ("slow 4; echo one", "echo two")

    file.write_text("id: [")
    await stack.worker.log.event("bot_file_not_used", file="assistant.yaml")
    assert await stack.ask("echo three") == "three"
    assert len(stack.worker.log.events("session_hot")) == 1


async def test_a_reset_by_command_ends_the_running_turn_with_a_sentence(stack: Stack) -> None:
    """`reset` forgets a room's conversation in the middle of a turn; the next is cold."""
    await stack.ask("my cat is Tom")
    asked = await stack.say("slow 20; echo never")
    await eventually(lambda: is_asked(stack, "slow 20; echo never"))
    assert (await stack.operate("reset", "--room", str(SUPPORT)))[0] == 0
    assert await stack.answer(asked) == catalogue("en").say("error.SessionReset")
    await stack.worker.log.event("sessions_reset", room=SUPPORT, count=1)
    await stack.ask("what did I say first?")
    assert (await stack.model_requests())[-1].said == ("what did I say first?",)
    assert (await stack.operate("reset"))[0] == 2


def with_own_bots(stack: Stack) -> Path:
    """Give the stack a copy of the bot files; the assistant's."""
    folder = stack.folder / "bots"
    shutil.copytree(ROOT / "bots", folder)
    for process in stack.processes.values():
        process.environment["BOTS_DIR"] = str(folder)
    return folder / "assistant.yaml"


async def systems(stack: Stack, words: tuple[str, ...]) -> list[str]:
    """The system prompts that the model was sent with each of these messages."""
    answer = await stack.http.get(f"{stack.sandbox_url}/model/requests")
    sent = [(str(each["messages"]), each["system"]) for each in answer.json()["requests"]]
    return [next(system for said, system in sent if word in said) for word in words]


async def is_asked(stack: Stack, words: str) -> bool:
    """Whether the model was."""
    return any(words in r.said[-1] for r in await stack.model_requests() if r.said)
