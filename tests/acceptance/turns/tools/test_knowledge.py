"""A bot with a folder of documents, through the real CLI: it finds, cites, and keeps up."""

import shutil
from pathlib import Path

import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT
from tests.acceptance.stack import Stack
from tests.conftest import eventually

LEAVE = ("How many days of annual leave do we have?", "(leave.md, Leave › Annual leave)")


@pytest.fixture
async def stack(new_stack: NewStack, bots: Path) -> Stack:
    """The assistant knows a copy of the handbook."""
    stack = new_stack(BOTS_DIR=str(bots))
    await _get_ready(stack)
    return stack


@pytest.fixture
def bots(tmp_path: Path) -> Path:
    folder = tmp_path / "bots"
    shutil.copytree(ROOT / "bots", folder)
    file = folder / "assistant.yaml"
    lines = file.read_text().splitlines()
    kept = [line for line in lines if not line.startswith("knowledge:")]
    file.write_text("\n".join([*kept, "knowledge: handbook\n"]))
    return folder


async def test_a_question_is_answered_from_the_folder_with_its_source(stack: Stack) -> None:
    """What only a document says, in two languages and from an office file: text, file, heading."""
    question, source = LEAVE
    answer = await stack.ask(question)
    assert "31 days a year" in answer
    assert source in answer
    assert "(客服.md, 客戶服務 › 退款政策)" in await stack.ask("退款要幾天才會到帳？")
    told = await stack.ask("What is the daily allowance for travel?")
    assert "28 euros" in told
    assert "(travel.docx, Travel expenses › Daily allowance)" in told


@pytest.mark.long
async def test_documents_are_taken_in_and_told_of_while_it_runs(
    stack: Stack, tmp_path: Path
) -> None:
    """A new document answers without a restart; one that cannot be read is named by `status`, in
    the room and to operators."""
    handbook = tmp_path / "bots" / "handbook"
    (handbook / "pets.md").write_text("# Pets\n\nThe office tortoise is called Agathe.\n")
    (handbook / "plans.pdf").write_bytes(b"no pdf")
    await stack.worker.log.event("knowledge_taken_in", readable=6, unreadable=1)
    assert "Agathe. (pets.md, Pets)" in await stack.ask("Who is the tortoise?")
    told = await stack.ask("status")
    assert "plans.pdf (damaged, or not what its name says)" in told

    async def told_to_operators() -> bool:
        stats = (await stack.http.get("/session/stats", headers=stack.operator)).json()
        (known,) = stats["knowledge"]
        return (known["files"], known["troubles"]) == (6, {"plans.pdf": "damaged"})

    await eventually(told_to_operators)


@pytest.mark.pairs
@pytest.mark.long
async def test_however_a_session_came_about_it_finds_and_cites(
    new_stack: NewStack, bots: Path
) -> None:
    """An adopted spare, one that is resumed after a restart, one whose turn was killed."""
    question, source = LEAVE
    stack = new_stack(BOTS_DIR=str(bots), SPARE_SESSIONS="1")

    async def searched_again() -> bool:
        return len(stack.worker.log.events("tool_called", tool="mcp__knowledge__search")) > 1

    await _get_ready(stack)
    await stack.worker.log.event("spare_connected", bot_id="assistant")
    assert source in await stack.ask(question)
    await stack.worker.log.event("session_cold", spare=True)
    await stack.worker.restart()
    assert source in await stack.ask(question)
    await stack.worker.log.event("session_warm")
    asked = await stack.say("tool mcp__knowledge__search annual leave days")
    await eventually(searched_again)
    await stack.worker.kill()
    await stack.worker.start()
    assert source in await stack.answer(asked)


async def _get_ready(stack: Stack) -> None:
    await stack.start()
    await stack.ready()
    await stack.worker.log.event("knowledge_taken_in", folder="handbook")
