"""Tools of our own with the real CLI: whichever way a session came about, they know whose turn
it is."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel

from consumer.agent import SessionSettings, ToolEnded, TurnEvent
from consumer.agent.errors import AgentCrashed
from consumer.archive.workspaces import SPARE_PREFIX
from consumer.sessions import SessionManager
from consumer.sessions.turn_request import TurnResult
from consumer.tool_calls.cell import Cell
from consumer.tool_calls.own_tools import CUT, FAILED
from consumer.tool_calls.tooling import Tooling
from consumer.toolboxes import Asker, Asking, Picture, Result, Tool, ToolFailed
from shared.bots import Bot
from shared.lane import Lane
from tests.bots import bot_with
from tests.conftest import eventually
from tests.integration.sessions.conftest import BOT, LANE, OTHER, kill
from tests.integration.sessions.scripted_model import Says, ScriptedModel, calls, says, tool
from tests.patience import PATIENCE_S

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360"
    "000002000001e221bc330000000049454e44ae426082"
)


class Words(BaseModel):
    words: str = ""


class Box:
    """Tools that tell whose turn it is, and some that go wrong."""

    name = "box"

    def __init__(self) -> None:
        self.asked: list[Asking] = []
        self.waiting, self.gone = asyncio.Event(), asyncio.Event()

    def tools(self, bot: Bot) -> Sequence[Tool]:
        acts = {"whose": self._whose, "big": _big, "broken": _broken, "not_there": _not_there}
        more = {"picture": _picture, "waits": self._waits}
        return [
            Tool(name=name, description="For a test.", input=Words, run=act)
            for name, act in {**acts, **more}.items()
        ]

    async def _waits(self, given: Words, asking: Asking) -> Result:
        self.waiting.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.gone.set()
        raise AssertionError("nobody sets this event")

    async def _whose(self, given: Words, asking: Asking) -> Result:
        self.asked.append(asking)
        who = asking.asker.name if asking.asker else "nobody"
        return Result(f"{asking.lane} {asking.job_id} {who} {given.words}")


async def _big(given: Words, asking: Asking) -> Result:
    return Result(asking.boundary.block("退" * 1_000_000))


async def _broken(given: Words, asking: Asking) -> Result:
    raise RuntimeError("a fault of ours")


async def _not_there(given: Words, asking: Asking) -> Result:
    raise ToolFailed("There is no such thing here.")


async def _picture(given: Words, asking: Asking) -> Result:
    return Result("a dot", (Picture(PNG, "image/png"),))


StartManager = Any
HELPER = {
    "description": "Helps.",
    "model": "claude-haiku-4-5",
    "tools": ["mcp__box__whose"],
    "prompt": "Help.",
}
READER = bot_with(BOT, tools=("Read",))


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
async def start(settings: SessionSettings, box: Box) -> AsyncIterator[StartManager]:
    """Start managers whose agents have the box, as one would processes."""
    async with AsyncExitStack() as stack:

        async def started(**changes: Any) -> SessionManager:
            own = replace(settings, **changes)
            manager = SessionManager(own, tooling=Tooling(toolboxes=[box]))
            return await stack.enter_async_context(manager)

        yield started


async def asked(
    manager: SessionManager,
    person: str,
    job: str,
    *,
    lane: Lane = LANE,
    tool: str = "whose",
    prompt: str = "",
) -> TurnResult:
    """A turn of that person's in which the agent calls the tool."""
    asking = Asking(bot=BOT, lane=lane, job_id=job, asker=Asker(user_id=1, name=person))
    prompt = prompt or f"tool mcp__box__{tool} {json.dumps({'words': 'please'})}"
    return await manager.run_turn(lane, BOT, prompt, get_asking=lambda: asking, job=job)


@pytest.mark.pairs
async def test_a_tool_knows_whose_turn_it_is_in_every_tier(start: StartManager, box: Box) -> None:
    """In a new session and a hot one, and in one that was resumed."""
    first = await start()
    new = await asked(first, "Ada", "j1")
    assert f"The tool answered: {LANE} j1 Ada please" in new.text
    hot = await asked(first, "Bo", "j2")
    assert f"{LANE} j2 Bo please" in hot.text
    await first.shutdown_all()
    warm = await asked(await start(), "Cleo", "j3")
    assert f"{LANE} j3 Cleo please" in warm.text
    assert [new.tier, hot.tier, warm.tier] == ["cold", "hot", "warm"]
    assert len({id(asking) for asking in box.asked}) == 3


@pytest.mark.pairs
async def test_a_tool_of_an_adopted_spare_knows_whose_turn_it_is(
    start: StartManager, box: Box
) -> None:
    """The spare was connected for nobody, and then belongs to a lane."""
    manager = await start(spares=1)
    manager.keep_spares([BOT])

    async def there() -> bool:
        return bool(manager.stats().spares)

    await eventually(there)
    adopted = await asked(manager, "Ada", "j1", lane=OTHER)
    assert f"{OTHER} j1 Ada please" in adopted.text
    assert adopted.folder.name.startswith(SPARE_PREFIX)


async def test_two_lanes_at_once_are_two_turns(start: StartManager) -> None:
    """What one lane's agent calls never runs for the other's person, or in the other's room."""
    manager = await start()
    for turn in range(3):
        ada, bo = await asyncio.gather(
            asked(manager, "Ada", f"a{turn}", lane=LANE),
            asked(manager, "Bo", f"b{turn}", lane=OTHER),
        )
        assert f"{LANE} a{turn} Ada please" in ada.text
        assert f"{OTHER} b{turn} Bo please" in bo.text


@pytest.mark.pairs
async def test_after_kill_9_in_a_call_the_next_turn_has_its_own(
    start: StartManager, script: ScriptedModel, box: Box
) -> None:
    """The call ends with its process, and is not made again by anybody but the model."""
    manager = await start(base_url=script.base_url)
    await manager.run_turn(LANE, BOT, "hello")
    script.enqueue(calls("", "mcp__box__waits"))
    events: list[TurnEvent] = []
    turn = asyncio.create_task(manager.run_turn(LANE, BOT, "wait", on_event=events.append))
    async with asyncio.timeout(PATIENCE_S):
        await box.waiting.wait()
        kill(manager.stats().sessions[0].pid)
        await asyncio.wait({turn})
        await box.gone.wait()
    assert isinstance(turn.exception(), AgentCrashed)
    assert [it.interrupted for it in events if isinstance(it, ToolEnded)] == [True]
    script.enqueue(calls("", "mcp__box__whose"), says("done"))
    after = await asked(manager, "Ada", "next", prompt="whose is it?")
    assert after.tier == "warm"
    assert f"{LANE} next Ada" in script.last_text
    counted = {it.tool: (it.calls, it.interrupted) for it in manager.stats().tools}
    assert counted == {"mcp__box__waits": (1, 1), "mcp__box__whose": (1, 0)}


async def test_a_tool_is_told_that_a_subagent_calls_it(
    start: StartManager, script: ScriptedModel, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the person whose turn it is, and only with what the bot's file gives the subagent; its
    calls are heard before they run, so that none could be a later turn's."""
    heard: list[str] = []
    monkeypatch.setattr(Cell, "heard", lambda _, call: heard.append(call))
    manager = await start(base_url=script.base_url)
    script.enqueue(
        calls("", "Agent", description="x", prompt="look", subagent_type="helper"),
        calls("", "mcp__box__whose"),
        calls("", "mcp__box__picture"),
        says("looked"),
        Says([tool("mcp__box__whose", words="myself")], "tool_use"),
        says("done"),
    )
    bot = bot_with(BOT, agents={"helper": HELPER})
    asking = Asking(bot=bot, lane=LANE, job_id="1", asker=Asker(user_id=1, name="Ada"))
    await manager.run_turn(LANE, bot, "go", get_asking=lambda: asking)
    assert [(it.asker, it.subagent) for it in box.asked] == [
        (asking.asker, True),
        (asking.asker, False),
    ]
    ran = {it.tool: (it.ok, it.denied) for it in manager.stats().tools}
    assert ran["mcp__box__whose"] == (2, 0)
    assert len(set(heard)) == 4
    assert ran.get("mcp__box__picture", (0, 0))[0] == 0


async def test_what_goes_wrong_in_a_tool_ends_as_a_sentence_for_the_model(
    start: StartManager,
) -> None:
    """And the same session goes on; a result of a megabyte is cut, in any script."""
    manager = await start()
    assert (
        "There is no such thing here." in (await asked(manager, "Ada", "1", tool="not_there")).text
    )
    broken = (await asked(manager, "Ada", "2", tool="broken")).text
    assert FAILED in broken
    assert "fault of ours" not in broken
    big = await asked(manager, "Ada", "3", tool="big")
    assert CUT in big.text
    assert 49_000 < big.text.count("退") <= 50_000
    assert (await asked(manager, "Ada", "4")).tier == "hot"


async def test_every_call_is_counted_by_how_it_ended(
    start: StartManager, script: ScriptedModel, box: Box
) -> None:
    """A good one, a failed one, a denied one, and one that was stopped with its turn."""
    manager = await start(base_url=script.base_url)
    script.enqueue(
        calls("", "mcp__box__whose"),
        calls("", "mcp__box__broken"),
        calls("", "Read", file_path="/etc/hostname"),
        says("done"),
    )
    events: list[TurnEvent] = []
    await manager.run_turn(LANE, READER, "go", on_event=events.append)
    script.enqueue(calls("", "mcp__box__waits"))
    turn = asyncio.create_task(manager.run_turn(LANE, READER, "wait", on_event=events.append))
    async with asyncio.timeout(PATIENCE_S):
        await box.waiting.wait()
    turn.cancel()
    await asyncio.wait({turn})
    await manager.run_turn(LANE, READER, "and on")
    found = {it.tool: it for it in manager.stats().tools}
    assert {name: (it.ok, it.failed, it.denied, it.interrupted) for name, it in found.items()} == {
        "mcp__box__whose": (1, 0, 0, 0),
        "mcp__box__broken": (0, 1, 0, 0),
        "Read": (0, 0, 1, 0),
        "mcp__box__waits": (0, 0, 0, 1),
    }
    ended = [event for event in events if isinstance(event, ToolEnded)]
    assert [event.failed for event in ended] == [False, True, True, True]
    assert [event.seconds is not None for event in ended] == [True, True, False, False]
    assert [event.interrupted for event in ended] == [False, False, False, True]


async def test_a_picture_reaches_the_model_as_one(
    start: StartManager, script: ScriptedModel
) -> None:
    """Beside the tool's words."""
    manager = await start(base_url=script.base_url)
    script.enqueue(calls("", "mcp__box__picture"), says("seen"))
    assert (await manager.run_turn(LANE, BOT, "look")).text == "seen"
    blocks = [block for said in script.requests[-1]["messages"] for block in said["content"]]
    (result,) = [block for block in blocks if "tool_use_id" in block]
    assert [block["type"] for block in result["content"]][:2] == ["text", "image"]


async def test_the_model_is_offered_what_the_toolbox_has(
    start: StartManager, script: ScriptedModel
) -> None:
    """By its full name and with the schema of its input; nothing of rooms or people in it."""
    manager = await start(base_url=script.base_url)
    await manager.run_turn(LANE, BOT, "hello")
    offered = {tool["name"]: tool["input_schema"] for tool in script.requests[0]["tools"]}
    assert set(offered) == {
        f"mcp__box__{name}" for name in ("whose", "big", "broken", "not_there", "picture", "waits")
    }
    assert list(offered["mcp__box__whose"]["properties"]) == ["words"]
