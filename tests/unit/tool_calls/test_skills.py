"""Skills and subagents in the right to a call: those of the bot's file, as its file has them."""

from pathlib import Path
from typing import Any

import pytest

from consumer.tool_calls.decision import Allowed, Decision, Denied, ToolCall, decide
from consumer.tool_calls.given import Given
from consumer.tool_calls.paths import Ground
from consumer.tool_calls.skills import skills_folders
from consumer.toolboxes import Asking
from shared.bots import Bot, Skills, Subagent
from shared.lane import Lane
from tests.bots import granted

PLAIN = Bot(id="bot", name="Bot", system_prompt="x")
READER = Subagent(description="x", model="claude-haiku-4-5", tools=(), prompt="x")
CALL = {"description": "x", "prompt": "x", "subagent_type": "reader"}


def _bot() -> Bot:
    skills = Skills(folder=Path("/skills"), names=("refund",), state="0" * 64)
    return PLAIN.model_copy(update={"skills": skills, "agents": {"reader": READER}})


def _decided(bot: Bot, tool: str, values: Any, tmp_path: Path) -> Decision:
    data = tmp_path / "data"
    ground = Ground(
        folder=data / "workspaces" / "1",
        temp=tmp_path / "temporary" / "1",
        ours=(data,),
        home=data / "home",
        results=data / "claude" / "results",
        readable=skills_folders(data / "run", bot),
    )
    asking = Asking(bot=bot, lane=Lane(1, "bot"), job_id="1", asker=None)
    return decide(ToolCall(tool=tool, input=values), Given(bot), asking, ground)


@pytest.mark.parametrize(
    ("tool", "values", "allowed"),
    [
        ("Skill", {"skill": "own:refund", "args": "x"}, True),
        ("Skill", {"skill": "refund"}, False),
        ("Skill", {"skill": "debug"}, False),
        ("Skill", {}, False),
        ("Agent", CALL, True),
        ("Agent", {**CALL, "subagent_type": "Explore"}, False),
        ("Agent", {"description": "x", "prompt": "x"}, False),
        ("Agent", {**CALL, "model": "opus"}, False),
        ("Agent", {**CALL, "isolation": "remote"}, False),
        ("Agent", {**CALL, "what a later CLI takes": 1}, False),
        ("Task", {**CALL, "model": "opus"}, False),
    ],
)
def test_only_what_the_file_has_is_called_and_only_as_it_has_it(
    tool: str, values: Any, allowed: bool, tmp_path: Path
) -> None:
    """What the CLI would take beside a name is not the model's to say."""
    assert isinstance(_decided(_bot(), tool, values, tmp_path), Allowed) is allowed
    assert isinstance(_decided(PLAIN, tool, values, tmp_path), Denied)


@pytest.mark.parametrize(("tool", "allowed"), [("Read", True), ("Write", False), ("Edit", False)])
def test_skills_are_read_and_not_written(tool: str, allowed: bool, tmp_path: Path) -> None:
    """By the tools that the bot has; another bot's skills are not its own."""
    bot = granted(_bot(), "Read", "Write", "Edit")
    (folder,) = skills_folders(tmp_path / "data" / "run", bot)
    mine = {"file_path": str(folder / "skills" / "refund" / "more.md")}
    assert isinstance(_decided(bot, tool, mine, tmp_path), Allowed) is allowed
    other = {"file_path": str(folder.with_name("skills-other-0") / "skills" / "x" / "SKILL.md")}
    assert isinstance(_decided(bot, tool, other, tmp_path), Denied)
