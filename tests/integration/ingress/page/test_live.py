"""An open page keeps up by itself, and nothing in it moves under a hand."""

import json

import pytest
from playwright.async_api import Page, expect

from tests.deliveries import delivery
from tests.integration.ingress.conftest import BOT_KEYS
from tests.integration.ingress.page.conftest import Site, log_in
from tests.integration.ingress.page.seeded import seed

pytestmark = pytest.mark.browser


async def _deliver(site: Site, room: int, number: int) -> None:
    body = json.dumps(delivery(key=BOT_KEYS["other"], room_id=room, message_id=number))
    assert (await site.ingress.post("/webhook/other", body.encode())).status == 204


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
