"""When a bot is another one than the one that somebody was asked for."""

from pathlib import Path

import pytest

from consumer.approvals.bot_state import bot_state
from shared.bots import Bot
from shared.bots.sections.abilities.skills import Skills
from tests.bots import bot_with

RULE = {"tools": ["Read"], "policy": "ask", "approvers": [7]}
BOT = Bot.model_validate(
    {"id": "ops", "name": "Ops", "system_prompt": "x", "tools": ("Read",), "permissions": [RULE]}
)


def _skilled(folder: str, state: str) -> Bot:
    skills = Skills(folder=Path(folder), names=("refund",), state=state)
    return BOT.model_copy(update={"skills": skills, "knowledge": Path(folder) / "handbook"})


def test_what_an_update_changes_by_itself_makes_no_other_bot() -> None:
    """The place it lies in, the times of its files, and keys that are left at their defaults."""
    assert bot_state(_skilled("/a/skills", "1")) == bot_state(_skilled("/b/skills", "2"))
    assert bot_state(BOT) == bot_state(bot_with(BOT, answers_bots=False, approvals={}))


@pytest.mark.parametrize(
    "keys",
    [
        {"permissions": [{**RULE, "approvers": [7, 12]}]},
        {"permissions": [RULE, {"tools": ["Read"], "policy": "deny"}]},
        {"roles": {"admins": (7,)}},
        {"system_prompt": "y"},
        {"tools": ("Read", "Grep")},
        {"approvals": {"expire_hours": 2}},
    ],
)
def test_a_change_of_its_file_does(keys: dict[str, object]) -> None:
    """Whoever answers has to know what they answer for."""
    assert bot_state(BOT) != bot_state(bot_with(BOT, **keys))
