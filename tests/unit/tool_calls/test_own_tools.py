"""A call of a toolbox's tool always has a result, in words that are ours to give."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import BaseModel
from structlog.testing import capture_logs

from consumer.agent.agent_client import at_once
from consumer.tool_calls.cell import Cell, CellTurn
from consumer.tool_calls.decision import NOBODY_ASKED
from consumer.tool_calls.own_tools import CUT, FAILED, LONGEST, OwnTools
from consumer.tool_calls.tooling import Tooling
from consumer.toolboxes import Asking, Picture, Result, Tool, ToolFailed
from shared.bots import Bot
from shared.lane import Lane

BOT = Bot(id="a", name="A", system_prompt="You help.")
ASKING = Asking(bot=BOT, lane=Lane(1, "a"), job_id="1", asker=None)
SECRET = "what Ada wrote"


class Words(BaseModel):
    words: str


class Box:
    """One tool, which does what it is given."""

    name = "box"

    def __init__(self, run: Any) -> None:
        self.tool = Tool(name="look", description="Looks.", input=Words, run=run)

    def tools(self, bot: Bot) -> Sequence[Tool]:
        return [self.tool]


async def called(run: Any, asking: Asking | None = ASKING, **values: Any) -> Any:
    """What the model is given."""
    box, cell = Box(run), Cell()
    begun(cell, asking).let_run("1", subagent=False)
    return await OwnTools([box], BOT, cell).call("box", box.tool, values or {"words": "x"}, "1")


def begun(cell: Cell, asking: Asking | None = ASKING) -> CellTurn:
    """The turn that begins."""
    cell.turn_begins(at_once, asking)
    assert cell.turn is not None
    return cell.turn


async def test_a_tool_is_told_for_whom_it_runs_by_the_turn() -> None:
    """Not by the model, which has no such input."""
    seen: list[Asking] = []

    async def run(given: Words, asking: Asking) -> Result:
        seen.append(asking)
        return Result(given.words, (Picture(b"png", "image/png"),))

    result = await called(run)
    assert (result.text, result.failed) == ("x", False)
    assert result.pictures[0].media_type == "image/png"
    assert seen == [ASKING]


async def test_between_turns_no_tool_runs() -> None:
    """A call that comes late is nobody's."""

    async def run(given: Words, asking: Asking) -> Result:
        raise AssertionError

    result = await called(run, None)
    assert (result.text, result.failed) == (NOBODY_ASKED, True)


async def test_a_tool_is_told_that_a_subagent_calls_it() -> None:
    """By the call, not by what it is given: the agent's own with the same words is not."""
    seen: list[bool] = []

    async def run(given: Words, asking: Asking) -> Result:
        seen.append(asking.subagent)
        return Result("")

    box, cell = Box(run), Cell()
    turn = begun(cell)
    turn.let_run("1", subagent=True)
    turn.let_run("2", subagent=False)
    for call in ("1", "2"):
        await OwnTools([box], BOT, cell).call("box", box.tool, {"words": "x"}, call)
    assert seen == [True, False]


async def test_a_call_of_an_earlier_turn_never_runs_for_the_next_asker() -> None:
    """Let run in the first turn, it arrives in the second; one that was not let run, neither."""

    async def run(given: Words, asking: Asking) -> Result:
        raise AssertionError

    box, cell = Box(run), Cell()
    begun(cell).let_run("1", subagent=False)
    cell.turn_is_over()
    begun(cell)
    for call in ("1", "2", ""):
        result = await OwnTools([box], BOT, cell).call("box", box.tool, {"words": "x"}, call)
        assert (result.text, result.failed) == (NOBODY_ASKED, True)


async def test_what_a_tool_says_of_its_failing_reaches_the_model_as_it_is() -> None:
    """As a failure: else the model would tell people that it worked."""

    async def run(given: Words, asking: Asking) -> Result:
        raise ToolFailed("No message 7 in this room.")

    result = await called(run)
    assert (result.text, result.failed) == ("No message 7 in this room.", True)


async def test_what_else_it_raises_is_nobodys_to_read() -> None:
    """The model gets a sentence of ours, the log the kind of error and its place, no words."""

    async def run(given: Words, asking: Asking) -> Result:
        raise RuntimeError(SECRET)

    with capture_logs() as logs:
        result = await called(run)
    assert (result.text, result.failed) == (FAILED, True)
    assert (logs[0]["tool"], logs[0]["error"]) == ("mcp__box__look", "RuntimeError")
    assert SECRET not in str(logs)
    assert "test_own_tools.py:" in str(logs[0]["at"])


async def test_input_that_does_not_fit_never_reaches_the_tool() -> None:
    """The model is told which part, without what it gave there."""

    async def run(given: Words, asking: Asking) -> Result:
        raise AssertionError

    result = await called(run, words=["not", SECRET])
    assert result.failed
    assert "words: " in result.text
    assert SECRET not in result.text


@pytest.mark.parametrize("size", [LONGEST, LONGEST + 1, 1_000_000])
async def test_a_result_is_cut_to_a_bound_and_says_so(size: int) -> None:
    """What says so stands outside of others' words, however many of them were cut off."""
    boundary = ASKING.boundary

    async def run(given: Words, asking: Asking) -> Result:
        framed = boundary.block("x" * (size - len(boundary.block(""))))
        assert len(framed) == size
        return Result(framed)

    text = (await called(run)).text
    assert len(text) <= LONGEST + 200
    assert text.endswith(CUT) is (size > LONGEST)
    assert text.count(boundary.opening) == text.count(boundary.closing) == 1
    if size > LONGEST:
        assert text.rindex(CUT) > text.rindex(boundary.closing)


def test_two_tools_of_one_name_are_refused() -> None:
    """Of two toolboxes that are called alike, and of two tools within one."""

    async def run(given: Words, asking: Asking) -> Result:
        raise AssertionError

    with pytest.raises(ValueError, match="two toolboxes are called box"):
        Tooling(toolboxes=[Box(run), Box(run)])
    twins = Box(run)
    twins.tools = lambda _: [twins.tool, twins.tool]  # type: ignore[method-assign,assignment]
    with pytest.raises(ValueError, match="two tools"):
        OwnTools([twins], BOT, Cell())


async def test_who_stops_the_turn_stops_the_tool() -> None:
    """Its cancellation is no failure of the tool's."""
    started = asyncio.Event()

    async def run(given: Words, asking: Asking) -> Result:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    running = asyncio.create_task(called(run))
    await started.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
