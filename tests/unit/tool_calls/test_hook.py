"""The hook before every tool call: what is allowed waits until it is on record."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from consumer.agent.agent_client import ClientOptions
from consumer.cage.watch import CageWatch
from consumer.tool_calls.calls import Calls
from consumer.tool_calls.cell import Cell
from consumer.tool_calls.decision import NOBODY_ASKED
from consumer.tool_calls.hook import NOT_APPROVED, NOT_ON_RECORD, ToolHook
from consumer.tool_calls.rights import NOBODY_TO_ASK, SUBAGENTS_ASK_NOBODY
from consumer.tool_calls.tally import ToolTally
from consumer.toolboxes import Asker, Asking
from shared.approvals import Request
from shared.bots import Bot
from shared.lane import Lane
from tests.bots import bot_with
from tests.patience import PATIENCE_S
from tests.session_settings import session_settings
from tests.unit.approvals.requests import request

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


class OneApproved:
    """Mike has approved one call of Write; it is taken once."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any], frozenset[int]]] = []
        self.ended: list[tuple[str, bool]] = []
        self.approved_now: Request | None = None
        self.order: list[str] = []

    async def ask(
        self,
        asking: Asking,
        tool: str,
        values: Mapping[str, Any],
        call_id: str,
        who: frozenset[int],
    ) -> str:
        self.asked.append((tool, dict(values), who))
        return "It waits as request 1."

    async def approved(self, asking: Asking, tool: str) -> Request | None:
        return self.approved_now

    async def take(self, asking: Asking, request: Request, call_id: str) -> bool:
        self.order.append("taken")
        taken, self.approved_now = self.approved_now is not None, None
        return taken

    async def ran(self, call_id: str, *, failed: bool) -> None:
        self.ended.append((call_id, failed))


ASKS = bot_with(BOT, permissions=[{"tools": ["Write"], "policy": "ask", "approvers": [2]}])
ASKED = Asking(bot=ASKS, lane=Lane(2, "a"), job_id="1", asker=Asker(user_id=7, name="Ann"))


@pytest.fixture
def approving() -> OneApproved:
    return OneApproved()


@pytest.fixture
def asking_hook(tmp_path: Path, cell: Cell, calls: Calls, approving: OneApproved) -> ToolHook:
    settings = session_settings(tmp_path / "data")
    options = ClientOptions(bot=ASKS, folder=tmp_path / "folder", session_id="s")
    watch = CageWatch(settings.cage, [], lambda: None)
    temp = tmp_path / "temp" / "own"
    return ToolHook(settings, options, temp, watch, cell, calls, approving=approving)


async def test_a_call_that_needs_a_word_is_put_on_record_and_denied(
    asking_hook: ToolHook, cell: Cell, approving: OneApproved
) -> None:
    """With its exact input, and whose word it needs; it is not in the journal of what ran."""
    cell.turn_begins(_fail, ASKED)
    assert why(await asking_hook.before(call(), "1", None)) == "It waits as request 1."
    assert approving.asked == [("Write", call()["tool_input"], frozenset({2}))]


async def test_an_approved_call_runs_with_the_input_on_record(
    asking_hook: ToolHook, cell: Cell, approving: OneApproved
) -> None:
    """Whatever the model writes now; it is taken after all else that could deny it, and once."""
    approving.approved_now = request({"file_path": "f.txt", "content": "as approved"})

    async def on_record(call_id: str, tool: str) -> bool:
        approving.order.append("on record")
        return True

    cell.turn_begins(on_record, ASKED)
    other = {**call(), "tool_input": {"file_path": "g.txt", "content": "otherwise"}}
    output = (await asking_hook.before(other, "1", None))["hookSpecificOutput"]
    assert output["permissionDecision"] == "allow"
    assert output["updatedInput"] == {"file_path": "f.txt", "content": "as approved"}
    assert approving.order == ["on record", "taken"]
    await asking_hook.after({**other, "hook_event_name": "PostToolUse"}, "1", None)
    assert approving.ended == [("1", False)]
    assert why(await asking_hook.before(other, "1", None)) == "It waits as request 1."


async def test_an_approved_call_that_cannot_be_taken_does_not_run(
    asking_hook: ToolHook, cell: Cell, approving: OneApproved
) -> None:
    """Another has used it up, or it is withdrawn."""
    approving.approved_now = request({"file_path": "f.txt", "content": "x"})

    async def taken_meanwhile(call_id: str, tool: str) -> bool:
        approving.approved_now = None
        return True

    cell.turn_begins(taken_meanwhile, ASKED)
    assert why(await asking_hook.before(call(), "1", None)) == NOT_APPROVED


@pytest.mark.parametrize(
    "values", [{"file_path": "/etc/passwd", "content": "x"}, {"file_path": ".mcp.json"}]
)
async def test_what_could_never_run_is_not_asked_for(
    asking_hook: ToolHook, cell: Cell, approving: OneApproved, values: dict[str, Any]
) -> None:
    """Nor does a yes let it run: a place that is not the agent's stays so."""
    cell.turn_begins(_fail, ASKED)
    await asking_hook.before({**call(), "tool_input": values}, "1", None)
    assert approving.asked == []
    approving.approved_now = request(values)
    why(await asking_hook.before(call(), "1", None))
    assert approving.order == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (replace(ASKED, asker=None), NOBODY_TO_ASK),
        (replace(ASKED, unattended=True), NOBODY_TO_ASK),
        (None, NOBODY_TO_ASK),
    ],
    ids=["several or unknown", "unattended", "no turn"],
)
async def test_where_nobody_can_be_asked_for_it_is_denied(
    asking_hook: ToolHook, cell: Cell, approving: OneApproved, asked: Asking | None, said: str
) -> None:
    """A schedule, a bot, several people at once."""
    cell.turn_begins(_fail, asked)
    assert why(await asking_hook.before(call(), "1", None)) == said.format(tool="Write")
    assert approving.asked == []


async def test_a_subagent_neither_asks_nor_carries_out(
    cell: Cell, approving: OneApproved, tmp_path: Path, calls: Calls
) -> None:
    """The approval is the agent's own, for what it asked itself."""
    reader = {"description": "x", "model": "claude-haiku-4-5", "tools": ("Write",), "prompt": "x"}
    bot = bot_with(ASKS, agents={"reader": reader})
    options = ClientOptions(bot=bot, folder=tmp_path / "folder", session_id="s")
    settings = session_settings(tmp_path / "data")
    watch = CageWatch(settings.cage, [], lambda: None)
    temp = tmp_path / "temp" / "own"
    hook = ToolHook(settings, options, temp, watch, cell, calls, approving=approving)
    approving.approved_now = request({"file_path": "f.txt", "content": "x"})
    cell.turn_begins(_fail, replace(ASKED, bot=bot))
    by_reader = {**call(), "agent_id": "1", "agent_type": "reader"}
    assert why(await hook.before(by_reader, "1", None)) == SUBAGENTS_ASK_NOBODY.format(tool="Write")
    assert (approving.asked, approving.order) == ([], [])
