"""kill -9 of the CLI within a call of a skill or a subagent: the next turn is answered, and
nothing of the call runs once more by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from consumer.agent.errors import AgentCrashed
from consumer.sessions import SessionManager
from consumer.tool_calls.calls import Calls
from shared.bots import Bot, Skills, Subagent
from tests.bots import bot_with
from tests.conftest import eventually
from tests.integration.sessions.conftest import BOT, LANE, kill
from tests.integration.sessions.scripted_model import Hangs, Says, ScriptedModel, calls, says
from tests.patience import PATIENCE_S

READER = Subagent(
    description="Reads a file.", model="claude-haiku-4-5", tools=("Read",), prompt="READER-PROMPT"
)
SUB_SAYS = says("SUB-ANSWER")
TOLD = {"Skill": "REFUND-STEPS", "Agent": "SUB-ANSWER"}

Kill = Callable[[], None]


@pytest.fixture
def bot(tmp_path: Path) -> Bot:
    """With one skill and one subagent."""
    (skill := tmp_path / "skills" / "refund").mkdir(parents=True)
    front = "---\nname: refund\ndescription: How refunds are done.\n---\n"
    (skill / "SKILL.md").write_text(f"{front}REFUND-STEPS")
    skills = Skills.read(tmp_path / "skills")
    return bot_with(BOT, skills=skills, agents={"reader": READER}, tools=("Read",))


@pytest.mark.pairs
@pytest.mark.short_form("Agent-runs")
@pytest.mark.parametrize(
    ("tool", "moment"),
    [
        ("Skill", "began"),
        ("Skill", "ended"),
        ("Agent", "began"),
        ("Agent", "runs"),
        ("Agent", "ended"),
    ],
)
async def test_a_kill_in_the_call_costs_that_turn_alone(
    scripted: SessionManager,
    script: ScriptedModel,
    bot: Bot,
    monkeypatch: pytest.MonkeyPatch,
    tool: str,
    moment: str,
) -> None:
    """As the call is let run, while the subagent asks its model, and before the result is told."""
    first = await scripted.run_turn(LANE, bot, "hello")
    steps = _steps(tool)
    script.enqueue(*(step for step in steps if moment != "runs" or step is not SUB_SAYS))
    script.otherwise = Hangs()  # whoever asks after the kill, or before it, goes no further
    asked = len(script.requests)
    with monkeypatch.context() as patched:
        dies = _at(moment, patched, script, lambda: kill(first.pid))
        turn = asyncio.create_task(scripted.run_turn(LANE, bot, "go"))
        async with asyncio.timeout(PATIENCE_S):
            await dies(asked + 2)
            await asyncio.wait({turn})
    assert isinstance(turn.exception(), AgentCrashed)
    script.forget()
    before = len(script.requests)
    assert before - asked == (1 if moment == "began" or tool == "Skill" else 2)
    script.enqueue(*(steps := _steps(tool)), says("done"))
    after = await scripted.run_turn(LANE, bot, "again")
    assert (after.text, after.tier) == ("done", "warm")
    assert TOLD[tool] in script.last_text
    assert len(script.requests) - before == len(steps) + 1
    (counted,) = scripted.stats().tools
    assert (counted.tool, counted.calls) == (tool, 2)


def _steps(tool: str) -> list[Says]:
    """What the model says, under a new id: no call of a real one has another's."""
    if tool == "Skill":
        return [calls("", "Skill", skill="own:refund")]
    asked = {"description": "x", "prompt": "look", "subagent_type": "reader"}
    return [calls("", "Agent", **asked), SUB_SAYS]


def _at(
    moment: str, patched: pytest.MonkeyPatch, script: ScriptedModel, dies: Kill
) -> Callable[[int], Awaitable[None]]:
    """What waits for the moment and has the CLI die at it; told how many requests there are when
    the subagent's has come."""
    if moment == "runs":

        async def at_request(number: int) -> None:
            async def came() -> bool:
                return len(script.requests) == number

            await eventually(came)
            dies()

        return at_request
    died, really = asyncio.Event(), getattr(Calls, moment)

    def dies_first(calls_of_client: Calls, *told: Any, **more: Any) -> None:
        dies()
        really(calls_of_client, *told, **more)
        died.set()

    patched.setattr(Calls, moment, dies_first)

    async def at_hook(_: int) -> None:
        await died.wait()

    return at_hook
