"""docs/bots.md: its example is a bot file, and every key has its place there."""

import re
from pathlib import Path

import pytest

from shared.bots import Bot, McpServer, PostedFiles, Subagent, Web, load_bot
from shared.bots.prompts import PROMPTS
from shared.bots.sections.access.approvals import Approvals
from shared.bots.sections.access.people import People, Rooms
from shared.bots.sections.access.permission import Permission
from shared.bots.sections.budgets import Budget, Budgets, MessageBound, TurnBudget
from shared.bots.sections.room_override import RoomOverride
from shared.bots.sections.section import Section

PAGE = (Path(__file__).parents[4] / "docs" / "bots.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
KEYS = PAGE.partition("## Every key")[2]


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bot:
    """The example where its folders, program and variables are there."""
    (tmp_path / "ops.yaml").write_text(EXAMPLE)
    for prompt in ("ops.md", "reader.md"):
        (tmp_path / prompt).write_text("You help.")
    (tmp_path / "handbook").mkdir()
    (skill := tmp_path / "skills" / "refund").mkdir(parents=True)
    (skill / "SKILL.md").write_text("---\ndescription: How refunds are done.\n---\nDo it.")
    (program := tmp_path / "bin" / "billing-mcp").parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(program.parent))
    return load_bot(tmp_path / "ops.yaml", ["TICKETS_TOKEN", "BILLING_DB"])


def test_the_example_is_a_bot_file(bot: Bot) -> None:
    """As it stands on the page; in room 3 it is what the override says."""
    assert bot.in_room(3).toolboxes == ("campfire", "knowledge")
    assert bot.in_room(3).mcp_servers["tickets"].tools == ("find",)


def test_the_example_says_all_that_a_file_can_say(bot: Bot) -> None:
    """Every key but that for pairs of tools, which it does not need."""
    said = {*bot.model_fields_set, *(PROMPTS[it] for it in PROMPTS if PROMPTS[it] in EXAMPLE)}
    assert set(Bot.model_fields) - said == {"i_know"}


@pytest.mark.parametrize(
    "section",
    [
        *(Bot, McpServer, Web, PostedFiles, Subagent, RoomOverride, People, Rooms, Permission),
        Approvals,
        *(Budgets, Budget, TurnBudget, MessageBound),
    ],
)
def test_every_key_is_explained(section: type[Section]) -> None:
    """Each has its place on the page; a key that is added asks for one."""
    missing = [key for key in section.model_fields if f"`{key}`" not in KEYS]
    assert missing == []


@pytest.mark.parametrize("key", [*PROMPTS, *PROMPTS.values()])
def test_every_way_to_a_prompt_is_explained(key: str) -> None:
    """In the file itself or beside it."""
    assert f"`{key}`" in KEYS
