"""Progress in a browser, while a tool runs that takes its time: what people see of it."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT
from tests.acceptance.stack import SUPPORT, Stack
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.browser
SEEN = {"steps": r"⏳ docs · \d+ s", "edit": r"Searching my documents… · \d+ s"}
SEARCH = "tool mcp__knowledge__search annual leave days"


@pytest.mark.short_form("edit")
@pytest.mark.parametrize("progress", SEEN)
async def test_a_search_in_the_documents_is_seen_while_it_runs(
    new_stack: NewStack, page: Page, tmp_path: Path, progress: str
) -> None:
    """In people's words, by message and by boost; the answer stands in its place, with its source.

    A search waits 5 s at most for the index, while somebody else has it to themselves; the boost
    comes after 10 s.
    """
    stack = await _stack(new_stack, tmp_path / "bots", progress)
    await page.goto(f"{stack.sandbox_url}/rooms/{SUPPORT}")
    sign = page.get_by_text(re.compile(SEEN[progress]))
    with _held(stack):
        asked = await stack.say("; ".join([SEARCH] * 4))
        await expect(sign).to_be_visible(timeout=PATIENCE_S * 1000)
        await page.screenshot(path=tmp_path / f"{progress}.png")
    assert "(leave.md, Leave › Annual leave)" in await stack.answer(asked)
    await expect(sign).to_have_count(0, timeout=PATIENCE_S * 1000)


async def _stack(new_stack: NewStack, bots: Path, progress: str) -> Stack:
    """The assistant knows the handbook."""
    shutil.copytree(ROOT / "bots", bots)
    with (bots / "assistant.yaml").open("a") as file:
        file.write("\nknowledge: handbook\n")
    stack = new_stack(BOTS_DIR=str(bots), PROGRESS=progress)
    await stack.start()
    await stack.ready()
    await stack.worker.log.event("knowledge_taken_in", folder="handbook")
    return stack


@contextmanager
def _held(stack: Stack) -> Iterator[None]:
    (index,) = Path(stack.worker.environment["DATA_DIR"]).rglob("knowledge/**/*.sqlite3")
    with closing(sqlite3.connect(index, isolation_level=None)) as holder:
        holder.execute("PRAGMA locking_mode = exclusive")
        holder.execute("BEGIN EXCLUSIVE")
        holder.execute("CREATE TABLE held (it)")
        yield
        holder.execute("ROLLBACK")
