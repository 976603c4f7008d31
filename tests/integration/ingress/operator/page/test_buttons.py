"""Every button of the operator's page, pressed in a browser behind TLS."""

import pytest
from playwright.async_api import Page, expect

from shared.audit import AuditTrail
from shared.between_processes.commands import Command, Drain, read
from shared.operating.pauses import pauses
from tests.chromium import HOST
from tests.integration.ingress.operator.page.conftest import Site, log_in
from tests.integration.ingress.operator.page.seeded import SAID, seed

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize(
        "ingress", [{"hosts": [HOST], "trusted_proxies": ["127.0.0.1"]}], indirect=True
    ),
]


async def _asked(site: Site) -> list[Command]:
    """Of the one consumer that the page shows, in whichever list."""
    redis, keys = site.ingress.redis, site.ingress.keys
    lists = keys.commands, keys.commands_of("box-1")
    return [read(it) for name in lists for it in await redis.lrange(name, 0, -1)]  # type: ignore[misc]


async def _press(page: Page, name: str, *, twice: bool = False, of: str = "main") -> None:
    await page.locator(of).get_by_role("button", name=name, exact=True).first.click()
    if twice:
        await page.locator(".sure").get_by_role("button", name=name, exact=True).click()
    await expect(page.locator("[data-done]")).to_be_visible()


async def _open(page: Page, site: Site, path: str) -> None:
    await page.goto(f"{site.operator}{path}")


async def test_each_button_does_what_it_says_and_leaves_a_line(page: Page, tls: Site) -> None:
    """Stop, cancel, forget and drop ask first; every one is answered with a sentence, asks the
    consumer for one thing, and stands in the audit under one log-in."""
    await seed(tls.ingress)
    keys = tls.ingress.keys
    running, waiting, dead, dead_too = (
        f"{keys.prefix}:assistant:2:{number}" for number in (100, 101, 900, 901)
    )
    tried = f"{keys.prefix}:other:3:103"
    await log_in(page, tls)
    await _press(page, "Catch up")
    await _press(page, "Stop", twice=True)
    await _press(page, "Cancel", twice=True, of="#tries")
    await _open(page, tls, f"/message?job={waiting}")
    await _press(page, "Cancel", twice=True)
    await _open(page, tls, "/lanes")
    await _press(page, "Stop", twice=True)
    await _press(page, "Forget conversation", twice=True)
    await _open(page, tls, f"/dead-letter?job={dead}")
    await page.get_by_role("link", name="Show what was said").click()
    await expect(page.locator("[data-text]")).to_be_visible()
    await _open(page, tls, "/dead-letters")
    await page.locator(f"input[value='{dead}']").check()
    await _press(page, "Try again")
    await page.get_by_label("all of this page").check()
    await _press(page, "Drop", twice=True)
    assert await tls.ingress.redis.zcard(keys.dead_letters) == 0
    assert [it.wire() for it in await _asked(tls)][-6:] == [
        '{"catch_up": "operator"}',
        *(f'{{"cancel": "{job}"}}' for job in (running, tried, waiting, running)),
        '{"reset": {"room_id": 2, "bot_id": "assistant", "all": false}}',
    ]
    noted = [it.entry for it in await AuditTrail(tls.ingress.redis, keys).newest(20)][::-1]
    noted = [entry for entry in noted if entry.what == "operator_action"]
    said = [(entry.detail or "").split(" ")[0] for entry in noted]
    assert said == [
        *("catch-up", "stop", "cancel", "cancel", "stop", "reset"),
        *("show-text", "requeue", "drop"),
    ]
    assert [entry.job for entry in noted] == [
        *(None, running, tried, waiting, running, None),
        *(dead, dead, dead_too),
    ]
    assert len({(entry.detail or "").partition(" ")[2] for entry in noted}) == 1


async def test_the_second_question_can_be_left(page: Page, tls: Site) -> None:
    """Nothing was done, and one is where one was; nothing picked is said, and done is nothing;
    what is picked all at once is dropped all at once."""
    await seed(tls.ingress)
    await log_in(page, tls)
    await page.locator("main").get_by_role("button", name="Stop").click()
    await page.get_by_role("link", name="Leave it").click()
    await expect(page.get_by_role("heading", name="Now")).to_be_visible()
    await _open(page, tls, "/dead-letters")
    await page.get_by_role("button", name="Drop").click()
    await expect(page.get_by_role("alert")).to_have_text("Nothing was picked.")
    assert await tls.ingress.redis.zcard(tls.ingress.keys.dead_letters) == 2
    assert "cancel" not in [it.name for it in await _asked(tls)]
    await page.get_by_label("all of this page").check()
    await _press(page, "Drop", twice=True)
    await expect(page.locator("[data-done]")).to_contain_text("(2)")
    assert await tls.ingress.redis.zcard(tls.ingress.keys.dead_letters) == 0


async def test_many_dead_letters_are_tried_again_at_once(page: Page, tls: Site) -> None:
    """Each is a message that waits, and a line of the audit."""
    await seed(tls.ingress)
    redis, keys = tls.ingress.redis, tls.ingress.keys
    before = await tls.ingress.queued()
    await log_in(page, tls)
    await _open(page, tls, "/dead-letters")
    await page.get_by_label("all of this page").check()
    await _press(page, "Try again")
    await expect(page.locator("[data-done]")).to_contain_text("(2)")
    assert await redis.zcard(keys.dead_letters) == 0
    assert await tls.ingress.queued() == before + 2
    noted = [it.entry for it in await AuditTrail(redis, keys).newest(2)]
    assert [(it.detail or "").split(" ")[0] for it in noted] == ["requeue"] * 2
    await expect(page.get_by_text("There are no dead letters")).to_be_visible()


async def test_an_approvals_input_is_shown_by_its_button(page: Page, tls: Site) -> None:
    """From the list by its number, then on demand; who looked stands in the audit."""
    await seed(tls.ingress)
    await log_in(page, tls)
    await _open(page, tls, "/approvals")
    await page.locator("#waiting").get_by_role("link", name="2").first.click()
    await expect(page.locator("dl.facts")).to_contain_text("mcp__office__book")
    assert SAID not in await page.content()
    await page.get_by_role("link", name="Show the call's input").click()
    await expect(page.locator("[data-text]")).to_contain_text(SAID)
    [kept] = await AuditTrail(tls.ingress.redis, tls.ingress.keys).newest(1)
    assert (kept.entry.bot, (kept.entry.detail or "")[:12]) == ("assistant", "show-input 2")


async def test_a_bot_a_room_and_all_are_paused_and_go_on(page: Page, tls: Site) -> None:
    """What is paused stands on the first page with its button; each stands in the audit."""
    await seed(tls.ingress)
    redis, keys = tls.ingress.redis, tls.ingress.keys
    await log_in(page, tls)
    await _press(page, "Pause everything")
    await _open(page, tls, "/lanes?room=2")
    await expect(page.locator("[data-row] .tag", has_text="paused")).to_be_visible()
    await expect(page.get_by_role("button", name="room")).to_have_count(0)  # it is not by room
    await _open(page, tls, "")
    await page.locator("[data-pause=all]").get_by_role("button", name="Resume").click()
    await expect(page.locator("[data-pause=all]")).to_have_count(0)
    await _open(page, tls, "/lanes?room=2")
    await _press(page, "Pause room")
    await _press(page, "Let room go on")
    await _press(page, "Pause room")
    await _open(page, tls, "/bots")
    await _press(page, "Pause")
    held = {pause.scope.name for pause in await pauses(redis, keys)}
    assert held == {"bot:assistant", "room:2", "room:7"}
    await _open(page, tls, "")
    for _ in held:
        await _press(page, "Resume")
    assert await pauses(redis, keys) == ()
    await _press(page, "Drain", twice=True)
    await _open(page, tls, "/machines")
    await _press(page, "Drain", twice=True)
    assert (await _asked(tls))[-2:] == [Drain(asked_by="page")] * 2
    kept = [it.entry for it in await AuditTrail(redis, keys).newest(20)][::-1]
    noted = [it.detail or "" for it in kept if it.what == "operator_action"]
    assert [detail.split(" ")[0] for detail in noted] == [
        *("pause", "resume", "pause", "resume", "pause", "pause"),
        *("resume", "resume", "resume", "drain", "drain"),
    ]
    assert noted[2].startswith("pause room:2 ")
