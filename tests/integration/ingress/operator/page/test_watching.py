"""What a bot does now, opened with its button in a browser."""

import pytest
from playwright.async_api import Page, expect

from ingress.operator.page.views import on_demand
from shared.audit import AuditTrail, Entry
from shared.between_processes.live_events import (
    EVENT,
    KIND,
    LiveEvent,
    Posted,
    Retrying,
    Settled,
    Started,
    TextDelta,
    ToolDenied,
    ToolStarted,
)
from tests.integration.ingress.live.watching import LANE
from tests.integration.ingress.operator.page.conftest import Site, log_in
from tests.integration.ingress.operator.page.seeded import seed

pytestmark = pytest.mark.browser

EVENTS: tuple[LiveEvent, ...] = (
    Started(job="j", at_ms=1, tier="cold"),
    TextDelta(job="j", at_ms=2, text="I look"),
    TextDelta(job="j", at_ms=3, text=" it <b>up</b>."),
    ToolStarted(job="j", at_ms=4, id="t", name="mcp__office__rooms"),
    ToolDenied(job="j", at_ms=5, name="Bash"),
    Retrying(job="j", at_ms=6, attempt=1, of=3, delay_s=2),
    Posted(job="j", at_ms=7, post="712", part=1, parts=1),
    Settled(job="j", at_ms=8, outcome="completed"),
)
SHOWN = """— j · cold
I look it <b>up</b>.
· mcp__office__rooms
✗ Bash
… 2 s
→ 712
= completed
"""


async def test_a_lane_is_watched_by_its_button(
    page: Page, plain: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every kind of live event appears as text, as it comes; who watched stands in the audit;
    a stream that has ended says so."""
    await seed(plain.ingress)
    await log_in(page, plain)
    await page.goto(f"{plain.operator}/lanes?bot=assistant&room=2")
    await page.get_by_role("link", name="Watch").click()
    await expect(page.locator("#live")).to_have_attribute("data-state", "live")
    await expect(page.locator("#watch-nothing")).to_be_visible()
    await _happens(plain, *EVENTS)
    await expect(page.locator("#watch-nothing")).to_be_hidden()
    await expect(page.locator("#watch")).to_have_js_property("textContent", SHOWN)
    noted = await _newest(plain)
    assert (noted.what, noted.bot, noted.room) == ("operator_action", "assistant", 2)
    assert (noted.detail or "").startswith("watch log-in ")
    monkeypatch.setattr(on_demand, "WATCHED_S", -2)
    ended = await page.context.new_page()  # whose console says the 403
    await ended.goto(page.url)
    await expect(ended.locator("#watch")).to_have_text("(It has ended.)")
    await expect(ended.locator("#live")).to_have_attribute("data-state", "still")


async def _happens(site: Site, *events: LiveEvent) -> None:
    keys, pipe = site.ingress.keys, site.ingress.redis.pipeline(transaction=False)
    for event in events:
        pipe.xadd(keys.events(LANE), {KIND: event.kind, EVENT: event.wire()})
    await pipe.execute()


async def _newest(site: Site) -> Entry:
    [kept] = await AuditTrail(site.ingress.redis, site.ingress.keys).newest(1)
    return kept.entry
