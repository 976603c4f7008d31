"""How the pages look on a phone, in either language, and how they are gone through by keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from shared.catalogue import catalogue
from tests.integration.ingress.live.watching import ADMIN
from tests.integration.ingress.operator.page.conftest import Site, log_in
from tests.integration.ingress.operator.page.measures import (
    CRAMPED,
    FAINT,
    LINES_BEGIN,
    OVER,
    SAYS,
    WIDER,
)
from tests.integration.ingress.operator.page.seeded import seed
from tests.integration.ingress.operator.page.test_pages import DETAILS, PAGES

pytestmark = pytest.mark.browser

MORE = (
    "/dead-letter?job={p}:assistant:2:900&text=yes",
    "/approval?bot=assistant&number=2&text=yes",
    "/message?job={p}:assistant:2:58",
    "/sure/drop?job={p}:assistant:2:900",
    "/sure/drain?member=box-1",
    "/watch?bot=assistant&room=2",
    "/lanes?room=99",
    "/enter",
)
DESKS = (1200, 1024, 960, 800)
"""Widths of windows, px: the widest first."""
RAW = re.compile(r"\b(?!mcp__)[a-z]+_[a-z_]+\b")
"""A name of ours where a word of people's was meant."""


@pytest.mark.short_form("zh")
@pytest.mark.parametrize(
    ("ingress", "language"),
    [({"language": "en"}, "en"), ({"language": "zh"}, "zh")],
    indirect=["ingress"],
    ids=["en", "zh"],
)
async def test_a_phone_shows_every_page_whole_by_day_and_by_night(
    page: Page, plain: Site, language: str
) -> None:
    """None scrolls sideways, all that it says can be read on its ground, and it is in its
    language; the window's console, which would say what the CSP forbade, is silent."""
    await seed(plain.ingress)
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(plain.operator)
    problems = await _problems(page, "log in", language)
    await _enter(page)
    for path in (*PAGES, *DETAILS, *MORE):
        await page.goto(f"{plain.operator}{path.format(p=plain.ingress.keys.prefix)}")
        problems += await _problems(page, path, language)
    assert problems == []


async def test_a_desk_shows_every_page_whole(page: Page, plain: Site) -> None:
    """No table is wider than its card, nor a button than its row, on a small desk or a large one:
    each page is opened once, and its window made narrower."""
    await seed(plain.ingress)
    await log_in(page, plain)
    problems = []
    for path in (*PAGES, *DETAILS, *MORE):
        await page.set_viewport_size({"width": DESKS[0], "height": 800})
        await page.goto(f"{plain.operator}{path.format(p=plain.ingress.keys.prefix)}")
        for width in DESKS:
            await page.set_viewport_size({"width": width, "height": 800})
            problems += [f"{path}, {width} px: {it}" for it in await page.evaluate(OVER)]
    assert problems == []


async def test_where_nothing_is_yet_each_page_says_so(page: Page, plain: Site) -> None:
    """A service that nobody has spoken to: sentences, or what is known, and no bare page."""
    await page.set_viewport_size({"width": 390, "height": 844})
    await log_in(page, plain)
    problems = []
    for path in PAGES:
        await page.goto(f"{plain.operator}{path}")
        problems += await _problems(page, path, "en")
        if not await page.locator("main").locator(".empty, .facts, .table").count():
            problems.append(f"{path}: says nothing")
    assert problems == []


async def test_buttons_that_need_two_lines_begin_alike_on_a_phone(page: Page, plain: Site) -> None:
    """Below each other at the left, where a hand expects them."""
    await seed(plain.ingress)
    await page.set_viewport_size({"width": 390, "height": 844})
    await log_in(page, plain)
    await page.goto(f"{plain.operator}/lanes")
    begin = await page.evaluate(LINES_BEGIN)
    assert len(begin) > 3, "one row of buttons at least is too wide for a line"
    assert max(begin) - min(begin) < 1


async def test_the_keyboard_reaches_search_and_content(page: Page, plain: Site) -> None:
    """`/` goes to the search, and is typed where one writes; the first stop skips the pages,
    though on a phone their row stands where the page is that one is on."""
    await seed(plain.ingress)
    await log_in(page, plain)
    await page.goto(f"{plain.operator}/messages")
    search = page.get_by_role("searchbox")
    skip = page.get_by_role("link", name="Skip to the content")
    await page.keyboard.press("Tab")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await expect(page.locator("#main")).to_be_focused()
    await page.keyboard.press("/")
    await expect(search).to_be_focused()
    await page.keyboard.type("/58")
    await expect(search).to_have_value("/58")
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(f"{plain.operator}/audit")
    await expect(page.locator("[aria-current=page]")).to_be_in_viewport(ratio=1)


async def _enter(page: Page) -> None:
    await page.locator("#token").fill(ADMIN)
    await page.locator("#token").press("Enter")
    await page.locator("#main").wait_for()


async def _problems(page: Page, path: str, language: str) -> list[str]:
    found = []
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        if (wider := await page.evaluate(WIDER)) > 0:
            found.append(f"{wider} px wider")
        found += [f"faint by {scheme}: {it}" for it in await page.evaluate(FAINT)]
    found += [f"at the edge of its card: {it}" for it in await page.evaluate(CRAMPED)]
    said = await page.evaluate(SAYS)
    found += [f"a name of ours: {it}" for it in said if RAW.search(it)]
    found += [f"no Chinese: {it}" for it in _english(said)] if language == "zh" else []
    return [f"{path}: {it}" for it in found]


def _english(said: list[str]) -> Iterator[str]:
    """What the English catalogue says, and the Chinese says otherwise."""
    chinese = catalogue("zh").items()
    other = {text for key, text in catalogue("en").items().items() if chinese[key] != text}
    fixed = {it.strip() for text in other for it in re.split(r"\{\w*\}", text)}
    sentences = [it for it in fixed if " " in it and len(it) > 7]
    for text in said:
        if text in other or any(it in text for it in sentences):
            yield text
