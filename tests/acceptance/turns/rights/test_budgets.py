"""Budgets with the real CLI: told, warned, ended; what always works; what operators are told."""

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT
from tests.acceptance.stack import Stack

ENDLESS = "loop Grep nothing"
BUDGETS = """\
tools: [Grep]
timezone: Asia/Shanghai
budgets:
  bot: {usd: 50, per: month}
  person: {tokens: 20000, usd: 5}
  turn: {tokens: 5000}
  message: {characters: 500}
  warn_at: 0.25
"""


@pytest.fixture
def bots(tmp_path: Path) -> Path:
    """The bots as they are shipped, but the assistant has budgets."""
    folder = tmp_path / "bots"
    shutil.copytree(ROOT / "bots", folder)
    file = folder / "assistant.yaml"
    file.write_text(file.read_text().replace("tools: []\n", BUDGETS))
    return folder


@pytest.mark.short_form("main")
@pytest.mark.parametrize("mode", ["main", "v1.4.9"])
async def test_the_life_of_a_budget(new_stack: NewStack, bots: Path, mode: str) -> None:
    """An answer counts, one that goes on for ever ends at its cap, the room is warned, and
    at the end told which budget it is and when it begins anew. Orders work then, too."""
    stack = new_stack(BOTS_DIR=str(bots), SANDBOX_MODE=mode)
    await stack.start()
    await stack.ready()
    assert "Hello!" in await stack.ask("hello")
    usage = await stack.ask("usage")
    assert "Used of what I may use for Ada Admin today: " in usage
    assert " of 20,000 tokens" in usage
    assert "begins anew at " in usage
    assert "00:00 (Asia/Shanghai, UTC+08:00)" in usage
    endless, warning = await _posts(stack, await stack.say(ENDLESS), 2)
    assert "Let me use Grep." in endless
    assert "I stopped here: one answer of mine may use 5,000 tokens." in endless
    assert (
        "% of what I may use for Ada Admin today is used up (the limit is 20,000 tokens)."
        in warning
    )
    turns = 2
    while (refused := await stack.ask(ENDLESS)).startswith("Let me use Grep."):
        assert "I stopped here: " in refused
        turns += 1
    assert turns > 2
    assert "what I may use for Ada Admin today is used up (the limit is 20,000 tokens)" in refused
    assert "Ask me again from " in refused
    assert "characters, and I read 500 at most" in await stack.ask("x" * 501)
    assert "No message waits" in await stack.ask("status")
    assert " of 20,000 tokens" in await stack.ask("usage")
    _, told = await stack.operate("budgets")
    assert "assistant  bot  per month: " in told
    assert "assistant  person 1  per day: " in told
    assert f" of US$5.00, {turns} messages; until " in told
    asked = len(await stack.model_requests())
    await stack.ask("usage")
    assert len(await stack.model_requests()) == asked


async def _posts(stack: Stack, asked: dict[str, int], wanted: int) -> list[str]:
    """The bot's first posts after it was asked."""
    texts = [await stack.answer(asked)]
    while len(texts) < wanted:
        found = await stack.answers()
        texts = found[found.index(texts[0]) :]
        await asyncio.sleep(0.05)
    return texts
