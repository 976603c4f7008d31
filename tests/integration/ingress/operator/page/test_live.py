"""An open page keeps up by itself, and nothing in it moves under a hand."""

import asyncio
import json
import os
import signal

import pytest
from playwright.async_api import Page, Route, expect

from operate.launch.valkey import EmbeddedValkey
from tests.deliveries import delivery
from tests.integration.ingress.conftest import BOT_KEYS
from tests.integration.ingress.operator.page.conftest import Site, log_in
from tests.integration.ingress.operator.page.seeded import seed
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.browser


async def _deliver(site: Site, room: int, number: int) -> None:
    body = json.dumps(delivery(key=BOT_KEYS["other"], room_id=room, message_id=number))
    assert (await site.ingress.post("/webhook/other", body.encode())).status == 204


@pytest.mark.parametrize("ingress", [{"redis_s": 1}], indirect=True, ids=["soon"])
async def test_without_redis_the_page_says_so_and_goes_on_by_itself(
    page: Page, plain: Site, valkey: EmbeddedValkey
) -> None:
    """An open page, one that is opened meanwhile, and one that nothing keeps up to date: none is
    green, and each is there again once Redis is."""
    await seed(plain.ingress)
    await log_in(page, plain)
    lanes, letter = await page.context.new_page(), await page.context.new_page()
    state, said = page.locator("#live"), page.locator("#away")
    await expect(state).to_have_attribute("data-state", "live")
    os.kill(valkey.pid or 0, signal.SIGSTOP)
    try:
        await expect(state).to_have_attribute("data-state", "away", timeout=20_000)
        await expect(said).to_contain_text("Redis does not answer")
        await expect(page.locator("#turns [data-row]")).to_be_visible()  # as it was
        await expect(page.locator("#away ~ *").first).to_have_css("filter", "grayscale(1)")
        await lanes.goto(f"{plain.operator}/lanes")
        job = f"{plain.ingress.keys.prefix}:assistant:2:900"
        await letter.goto(f"{plain.operator}/dead-letter?job={job}")
        for opened in (lanes, letter):
            await expect(opened.locator("#away")).to_be_visible()
        await expect(lanes.locator("#live")).to_have_attribute("data-state", "away", timeout=20_000)
    finally:
        os.kill(valkey.pid or 0, signal.SIGCONT)
    await expect(state).to_have_attribute("data-state", "live", timeout=20_000)
    await expect(said).to_be_hidden()
    await expect(page.locator("#away ~ *").first).to_have_css("filter", "none")
    await expect(lanes.locator("#rows [data-row]")).to_have_count(3, timeout=20_000)
    await expect(letter.get_by_text("crashes")).to_be_visible(timeout=20_000)


@pytest.mark.parametrize("ingress", [{"redis_url": "redis://127.0.0.1:1/0"}], indirect=True)
async def test_who_leaves_a_page_that_waits_for_redis_is_not_called_back(
    page: Page, plain: Site
) -> None:
    """However long the next one takes: it is as slow to be answered as this one was."""
    await log_in(page, plain)
    # Every 50 ms instead of every five seconds, once a link was clicked: a page that is read again
    # all the time may never stand still for a hand. Each time is heard of here.
    await page.add_init_script(
        "let clicked = false; addEventListener('click', () => { clicked = true; });"
        "const every = window.setInterval;"
        "const soon = (act) => () => { if (clicked) { act(); fetch('/operator/ticked'); } };"
        "window.setInterval = (act) => every(soon(act), 50);"
    )
    asked, ticked, answered = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slowly(route: Route) -> None:
        asked.set()
        await answered.wait()
        await route.continue_()

    async def heard(route: Route) -> None:
        if asked.is_set():
            ticked.set()
        await route.fulfill()

    await page.route("**/operator/audit", slowly)
    await page.route("**/operator/ticked", heard)
    await page.goto(f"{plain.operator}/dead-letter?job=x")
    try:
        await page.get_by_role("link", name="Audit").click(no_wait_after=True)
        async with asyncio.timeout(PATIENCE_S):
            await ticked.wait()
    finally:
        answered.set()  # a browser is not closed before what it was answered for has ended
    await expect(page.get_by_role("heading", name="Audit")).to_be_visible()


async def test_what_comes_appears_but_not_under_the_hand(page: Page, plain: Site) -> None:
    """A count goes up by itself. While the pointer is on a list its rows stay where they are,
    what came is counted below; once it leaves, the list is as it is now."""
    await seed(plain.ingress)
    await log_in(page, plain)
    await expect(page.locator("#live")).to_have_attribute("data-state", "live")
    waiting, rows = page.locator("[data-tile=waiting]"), page.locator("#waiting [data-row]")
    await expect(waiting).to_contain_text("5")
    await rows.first.hover()
    before = [await row.get_attribute("data-row") for row in await rows.all()]
    await _deliver(plain, 8, 800)
    await expect(waiting).to_contain_text("6")
    await expect(page.locator("#waiting [data-held]")).to_contain_text("more came")
    assert [await row.get_attribute("data-row") for row in await rows.all()] == before
    await page.get_by_role("heading", name="Now").hover()
    await expect(rows).to_have_count(len(before) + 1)
