"""A bot with a folder of documents, through the real CLI: it finds, cites, and keeps up."""

import shutil
from pathlib import Path

import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT
from tests.acceptance.stack import Stack
from tests.conftest import eventually


@pytest.fixture
async def stack(new_stack: NewStack, tmp_path: Path) -> Stack:
    """The assistant knows a copy of the handbook."""
    folder = tmp_path / "bots"
    shutil.copytree(ROOT / "bots", folder)
    file = folder / "assistant.yaml"
    lines = file.read_text().splitlines()
    kept = [line for line in lines if not line.startswith("knowledge:")]
    file.write_text("\n".join([*kept, "knowledge: handbook\n"]))
    stack = new_stack(BOTS_DIR=str(folder))
    await stack.start()
    await stack.ready()
    await stack.worker.log.event("knowledge_taken_in", folder="handbook")
    return stack


async def test_a_question_is_answered_from_the_folder_with_its_source(stack: Stack) -> None:
    """What only a document says, in two languages and from an office file: text, file, heading."""
    answer = await stack.ask("How many days of annual leave do we have?")
    assert "31 days a year" in answer
    assert "(leave.md, Leave › Annual leave)" in answer
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
