"""The hook before every tool call, with the real CLI: what it sees, and what its failing means."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from consumer.sessions import SessionManager
from consumer.tool_calls.decision import LARGEST_PDF, Allowed, ToolCall
from tests.bots import bot_with
from tests.integration.sessions.conftest import BOT, LANE

CALLS: Mapping[str, Mapping[str, Any]] = {
    "Bash": {"command": "touch ran-Bash"},
    "Edit": {"file_path": "new.txt", "old_string": "", "new_string": "x"},
    "Glob": {"pattern": "*"},
    "Grep": {"pattern": "x"},
    "Read": {"file_path": "note.ipynb"},
    "NotebookEdit": {
        "notebook_path": "note.ipynb",
        "new_source": "x",
        "edit_mode": "insert",
        "cell_type": "code",
    },
    "Write": {"file_path": "ran-Write", "content": "x"},
}
ABLE_BOT = bot_with(BOT, tools=tuple(CALLS))


def tool(name: str, values: Mapping[str, Any]) -> str:
    """The words that make the model call a tool."""
    return f"tool {name} {json.dumps(values)}"


async def test_it_sees_every_call_before_it_runs(
    manager: SessionManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of those that the CLI lets run unasked."""
    seen: list[ToolCall] = []

    def decide(call: ToolCall, *_: object) -> Allowed:
        seen.append(call)
        return Allowed()

    monkeypatch.setattr("consumer.tool_calls.hook.decide", decide)
    folder = (await manager.run_turn(LANE, ABLE_BOT, "hello")).folder
    (folder / "note.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4}')
    for name, values in CALLS.items():
        seen.clear()
        text = (await manager.run_turn(LANE, ABLE_BOT, tool(name, values))).text
        assert seen, f"{name}: {text}"
        assert seen[0].tool == name
    assert (folder / "ran-Bash").exists()


async def test_when_it_fails_nothing_runs(
    manager: SessionManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours costs the bot its tools, never the room its safety."""

    def decide(call: ToolCall, *_: object) -> Allowed:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("consumer.tool_calls.hook.decide", decide)
    folder = (await manager.run_turn(LANE, ABLE_BOT, "hello")).folder
    (folder / "note.txt").write_text("the content")
    for name in ("Bash", "Write", "Read"):
        text = (await manager.run_turn(LANE, ABLE_BOT, tool(name, CALLS[name]))).text
        assert "hook error" in text, name
        assert "the content" not in text
        assert "fault of ours" not in text
    assert sorted(path.name for path in folder.iterdir()) == ["note.txt"]


async def test_a_file_that_would_kill_the_client_is_refused_in_a_sentence(
    manager: SessionManager,
) -> None:
    """A PDF of 12 MB: the model hears how much is too much, and the same client goes on."""
    reader = bot_with(BOT, tools=("Read",))
    first = await manager.run_turn(LANE, reader, "hello")
    (first.folder / "big.pdf").write_bytes(b"%PDF-1.4\n" + bytes(12_000_000))
    text = (await manager.run_turn(LANE, reader, tool("Read", {"file_path": "big.pdf"}))).text
    assert "12.0 MB" in text
    after = await manager.run_turn(LANE, reader, "still there?")
    assert (after.pid, after.tier) == (first.pid, "hot")


@pytest.mark.long
async def test_the_largest_file_that_is_let_through_does_not_kill_the_client(
    manager: SessionManager,
) -> None:
    """The bound is right: a PDF of exactly that size reaches the model."""
    reader = bot_with(BOT, tools=("Read",))
    first = await manager.run_turn(LANE, reader, "hello")
    start = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    start += b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page>>endobj\n%"
    (first.folder / "big.pdf").write_bytes(start + b"x" * (LARGEST_PDF - len(start)))
    text = (await manager.run_turn(LANE, reader, tool("Read", {"file_path": "big.pdf"}))).text
    assert "PDF file read" in text
    assert (await manager.run_turn(LANE, reader, "still there?")).pid == first.pid


async def test_a_result_too_long_for_the_model_can_be_read(manager: SessionManager) -> None:
    """The CLI puts it aside in its own folder and says where: that file, and only by reading."""
    bot = bot_with(BOT, tools=("Bash", "Read"))
    told = (await manager.run_turn(LANE, bot, tool("Bash", {"command": "seq 1 60000"}))).text
    path = told.partition("Full output saved to: ")[2].split()[0]
    asked = {"file_path": path, "offset": 59_998, "limit": 2}
    assert "59999" in (await manager.run_turn(LANE, bot, tool("Read", asked))).text
