"""The hook before every tool call: what is allowed waits until it is on record."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from consumer.agent.agent_client import ClientOptions
from consumer.cage.watch import CageWatch
from consumer.tool_calls.calls import Calls
from consumer.tool_calls.cell import Cell
from consumer.tool_calls.decision import NOBODY_ASKED
from consumer.tool_calls.hook import NOT_ON_RECORD, ToolHook
from consumer.tool_calls.tally import ToolTally
from consumer.toolboxes import Asking
from shared.bots import Bot
from shared.lane import Lane
from tests.patience import PATIENCE_S
from tests.session_settings import session_settings

BOT = Bot(id="a", name="A", system_prompt="You help.", tools=("Write",))
ASKING = Asking(bot=BOT, lane=Lane(1, "a"), job_id="1", asker=None)


@pytest.fixture
def cell() -> Cell:
    return Cell()


@pytest.fixture
def calls() -> Calls:
    return Calls(BOT.id, ToolTally())


@pytest.fixture
def hook(tmp_path: Path, cell: Cell, calls: Calls) -> ToolHook:
    settings = session_settings(tmp_path / "data")
    options = ClientOptions(bot=BOT, folder=tmp_path / "folder", session_id="s")
    temp = tmp_path / "temp" / "own"
    watch = CageWatch(settings.cage, [], lambda: None)
    return ToolHook(settings, options, temp, watch, cell, calls, frozenset({"mcp__box__look"}))


def call(tool: str = "Write") -> dict[str, Any]:
    """What the CLI asks with."""
    return {
        "tool_name": tool,
        "tool_input": {"file_path": "f.txt", "content": "x"},
        "tool_use_id": "1",
        "transcript_path": "/nowhere/s.jsonl",
    }


async def test_a_call_waits_until_it_is_on_record(hook: ToolHook, cell: Cell, calls: Calls) -> None:
    """Until then the CLI has no answer, and runs nothing."""
    asked, saved = asyncio.Event(), asyncio.Event()
    seen: list[tuple[str, str]] = []

    async def before_tool(call_id: str, tool: str) -> bool:
        seen.append((call_id, tool))
        asked.set()
        await saved.wait()
        return True

    cell.turn_begins(before_tool, None)
    answer = asyncio.create_task(hook.before(call(), "1", None))
    async with asyncio.timeout(PATIENCE_S):
        await asked.wait()
    await asyncio.sleep(0)
    assert not answer.done()
    saved.set()
    output = (await answer)["hookSpecificOutput"]
    assert output == {"hookEventName": "PreToolUse", "permissionDecision": "allow"}
    assert (seen, calls.denied_tools) == ([("1", "Write")], {})


async def test_one_that_is_not_on_record_is_denied_in_a_sentence(
    hook: ToolHook, cell: Cell, calls: Calls
) -> None:
    """Else it might run twice; the same goes for a call while nobody's turn is under way."""
    cell.turn_begins(_refuse, None)
    assert why(await hook.before(call(), "1", None)) == NOT_ON_RECORD
    assert calls.denied_tools == {"1": "Write"}
    cell.turn_is_over()
    assert why(await hook.before(call(), "1", None)) == NOBODY_ASKED


async def test_a_call_of_an_earlier_turn_has_no_right_to_the_next(
    hook: ToolHook, cell: Cell
) -> None:
    """One whose turn was stopped before the hook was asked, and one that the hook is still at."""
    cell.turn_begins(_agree, None)
    cell.heard("1")
    cell.turn_is_over()
    cell.turn_begins(_fail, None)
    assert why(await hook.before(call(), "1", None)) == NOBODY_ASKED

    async def until_the_next(call_id: str, tool: str) -> bool:
        cell.turn_is_over()
        cell.turn_begins(_fail, ASKING)
        return True

    cell.turn_begins(until_the_next, ASKING)
    await hook.before({**call(), "tool_use_id": "2"}, "2", None)
    assert cell.turn is not None
    assert cell.turn.asking_for("2") is None


async def test_what_the_rules_deny_goes_on_no_record(hook: ToolHook, cell: Cell) -> None:
    """It does not run, whatever the journal would say."""
    cell.turn_begins(_fail, None)
    assert why(await hook.before(call("Bash"), "1", None)) not in ("", NOT_ON_RECORD)


def why(answer: dict[str, Any]) -> str:
    """The sentence of a denial."""
    output = answer["hookSpecificOutput"]
    assert output["permissionDecision"] == "deny"
    return str(output["permissionDecisionReason"])


async def _agree(call_id: str, tool: str) -> bool:
    return True


async def _refuse(call_id: str, tool: str) -> bool:
    return False


async def _fail(call_id: str, tool: str) -> bool:
    raise AssertionError(f"{tool} was put on record")
