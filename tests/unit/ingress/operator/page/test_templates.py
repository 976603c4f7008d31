"""The page's templates: each can be read, and says nothing that the catalogue does not know."""

import asyncio
import re
from pathlib import Path
from typing import get_args

import pytest

from consumer.mcp.trouble import Trouble
from ingress.operator.page import rendering
from ingress.operator.page.actions.actions import ACTIONS
from ingress.operator.page.rendering import Templates
from ingress.operator.page.routes import ALL
from ingress.operator.page.views import choices
from ingress.operator.page.views.view import PAGES
from shared.approvals.request import State as RequestState
from shared.audit import What
from shared.bots.sections import budgets
from shared.catalogue import catalogue
from shared.inbound import Origin
from shared.operating.messages import State
from shared.operating.now import Now, Part, Sign
from shared.operating.timeline import What as StepKind

FOLDER = Path(rendering.__file__).parent / "templates"
NAMES = sorted(str(file.relative_to(FOLDER)) for file in FOLDER.rglob("*.html"))
WORDS = {
    "audit": get_args(What),
    "state": get_args(State),
    "outcome": (*choices.OUTCOMES, "full", "looping"),
    "approval": get_args(RequestState),
    "sign": get_args(Part),
    "server_state": ("up", *Trouble),
    "session": ("hot", "warm"),
    "tier": ("hot", "warm", "cold"),
    "origin": get_args(Origin),
    "budget_scope": get_args(budgets.Scope),
    "budget_per": get_args(budgets.Per),
    "step": (*get_args(StepKind), "tool_failed"),
    "reason": ("missed", "paused", "refused", "quietly"),
    "filter": [field for it in ACTIONS.values() if it.asked_twice for field in it.fields],
    "how": (
        *(*ACTIONS, "move", "show-text", "show-input", "watch"),
        *("all", "bot", "room", "log-in", "page", "http", "command"),
    ),
}
EN = catalogue("en")
TEMPLATES = Templates(EN)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_whole(name: str) -> None:
    """It compiles, holds no script and no style of its own (the page's policy forbids both), and
    every sentence that it names is there."""
    TEMPLATES.environment.get_template(name)
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert not re.search(r"<script(?! src=)|<style|\son[a-z]+=|\sstyle=", text)
    for sentence in re.findall(r"""\bt\("([\w.-]+)"(?!\s*~)[,)]""", text):
        assert EN.knows(f"page.{sentence}"), sentence


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_word_of_ours_that_is_shown_has_its_words(language: str) -> None:
    """What stands in Redis as one of a few words stands on the page in people's."""
    sentences = catalogue(language)
    for kind, names in WORDS.items():
        for name in names:
            assert sentences.knows(f"page.{kind}.{name}"), f"page.{kind}.{name}"


async def test_what_is_filled_beside_other_work_lets_that_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A hundred rows for a hundred tabs: webhooks are answered between their pieces; what comes of
    it is the same."""
    monkeypatch.setattr(rendering, "AT_ONCE_S", 0)
    signs = [Sign(part=part, ok=True) for part in get_args(Part)]
    values = {"board": Now(at_ms=1, signs=tuple(signs)), "at": 0, "who": None, "actions": ()}
    others = 0

    async def count() -> None:
        nonlocal others
        while True:
            others += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    filled = await TEMPLATES.fill_between_others("now/signs.html", values)
    counting.cancel()
    assert filled == TEMPLATES.render("now/signs.html", values)
    assert others > len(signs)


def test_every_view_can_be_reached_and_has_a_template() -> None:
    """It stands in the list beside every page, or below one that does; in its order."""
    assert tuple(view.name for view in ALL if view.below is None) == PAGES
    for view in ALL:
        assert view.below is None or view.below in PAGES, view.name
        assert f"{view.folder}.html" in NAMES
        assert EN.knows(f"page.pages.{view.name}"), view.name
        for part in view.live:
            assert f"{view.folder}/{part}.html" in NAMES


def test_every_button_and_page_has_its_words() -> None:
    """What it is called, what is said when it was pressed, and asked where it destroys."""
    for page in PAGES:
        assert EN.knows(f"page.pages.{page}"), page
    for name, action in ACTIONS.items():
        assert EN.knows(f"page.do.{name}"), name
        assert EN.knows(f"page.done.{name}"), name
        assert EN.knows(f"page.sure.{name}") is action.asked_twice, name


@pytest.mark.parametrize(
    ("unit", "amount", "said"),
    [
        ("messages", 1, "1 message"),
        ("messages", 2, "2 messages"),
        ("messages", 0, "0 messages"),
        ("tokens", 1, "1 token"),
        ("micro_usd", 1_000_000, "$1.00"),
    ],
)
def test_one_of_what_a_budget_counts_is_no_plural(unit: str, amount: int, said: str) -> None:
    """As people would read it aloud."""
    assert TEMPLATES.texts.amount(unit, amount) == said
