"""The page shows a message with the real page's measures: nobody is fooled by a nicer one.

`tests/recordings/display.json` holds what was measured in Chromium on Rails Campfire's own page.
"""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from sandbox.campfire.bodies.mentions import mention_html
from sandbox.server import SandboxServer
from tests.chromium import a_browser
from tests.integration.sandbox.campfire.test_page import KEY
from tests.sandbox_client import SandboxClient

MEASURED = json.loads(
    (Path(__file__).parents[3] / "recordings" / "display.json").read_text(encoding="utf-8")
)
WIDTHS = {"desktop": 1280, "phone": 390}
pytestmark = pytest.mark.browser

SAME_THREAD = {290: True, 300: True, 301: False, 360: False}
"""Whether a message stands below the one before it, so many seconds later, without a name."""
RECORDED_WHOLE = 140
"""Characters: of longer blocks the recording ends in the middle of a tag."""

OUR_OWN = frozenset({".mention img", ".mention a"})
"""An avatar's own box: a picture with initials here, a photo there."""

MEASURE = """([selector, properties]) => {
  const element = document.querySelector(selector);
  const style = getComputedStyle(element);
  return [Object.fromEntries(properties.map((name) => [name, style[name]])),
          element.getBoundingClientRect().width];
}"""

GAPS = """(documents) => documents.map((html) => {
  const shown = document.querySelector(".trix-content");
  shown.innerHTML = html;
  const boxes = [...shown.children].map((child) => child.getBoundingClientRect());
  return boxes[boxes.length - 1].top - boxes[0].bottom;
})"""


SIZES = """(documents) => documents.map((html) => {
  const shown = document.querySelector(".trix-content");
  shown.innerHTML = html;
  const range = document.createRange();
  range.selectNodeContents(shown.firstElementChild ?? shown);
  return [range.getBoundingClientRect().width, shown.offsetHeight];
})"""

AT_END = """() => {
  const list = document.getElementById("messages");
  return list.scrollTop > 0 && list.scrollHeight - list.scrollTop - list.clientHeight < 2;
}"""


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A Chromium."""
    async with a_browser(chromium) as browser:
        yield browser


@pytest.mark.short_form("phone")
@pytest.mark.parametrize("view", WIDTHS)
async def test_every_element_has_the_real_pages_measures(
    browser: Browser, server: SandboxServer, view: str
) -> None:
    """Sizes, margins, paddings, wrapping: computed, at the width of a desktop and of a phone."""
    html = MEASURED["measured_message_html"].replace("(sgid)", _sgid(2))
    await post(server, html)
    page = await opened(browser, server, view)
    problems = []
    for name, measured in MEASURED["views"][view].items():
        if name in OUR_OWN:
            continue
        selector = f".trix-content {name}" if name != "trix-content" else ".trix-content"
        properties = [key for key in measured if key != "width"]
        ours, width = await page.evaluate(MEASURE, [selector, properties])
        problems += [
            f"{name} {key}: {measured[key]}, here {ours[key]}"
            for key in properties
            if not _same(measured[key], ours[key])
        ]
        if measured["display"] == "block" and abs(width - measured["width"]) > 0.2:
            problems.append(f"{name} width: {measured['width']}, here {width}")
    assert not problems, "\n".join(problems)


@pytest.mark.long
async def test_blocks_stand_as_far_apart_as_in_campfire(
    browser: Browser, server: SandboxServer
) -> None:
    """All 243 measured pairs of blocks, with nothing, `<br>` or a spacer between them."""
    await post(server, "<div>x</div>")
    page = await opened(browser, server, "desktop")
    found = await page.evaluate(GAPS, [html for html, _, _ in MEASURED["adjacency"]])
    different = [
        (html, gap, ours)
        for (html, _, gap), ours in zip(MEASURED["adjacency"], found, strict=True)
        if abs(gap - ours) > 1
    ]
    assert different == []


@pytest.mark.short_form("desktop")
@pytest.mark.parametrize("view", WIDTHS)
async def test_each_construct_is_as_high_as_in_campfire(
    browser: Browser, server: SandboxServer, view: str
) -> None:
    """Every measured way to write a thing wraps where it wrapped there, on the same fonts."""
    await post(server, "<div>x</div>")
    page = await opened(browser, server, view)
    probe, width = MEASURED["probe"]
    if abs((await page.evaluate(SIZES, [probe]))[0][0] - width) > 1:
        pytest.skip("other fonts than a bare Debian's: text is wider or narrower here")
    variants = [row for row in MEASURED["variants"] if "attachment" not in row[2]]
    found = await page.evaluate(SIZES, [html for _, _, html, *_ in variants])
    heights = {"desktop": 4, "phone": 5}[view]
    different = [
        (group, name, row[heights], ours)
        for row, (_, ours) in zip(variants, found, strict=True)
        for group, name in [row[:2]]
        if abs(row[heights] - ours) > 1
    ]
    assert different == []


async def test_code_is_coloured_where_campfire_colours_it(
    browser: Browser, server: SandboxServer
) -> None:
    """The same highlight.js, the same languages; what holds more than text stays plain."""
    for name, measured in MEASURED["hljs"].items():
        await post(server, _code(name, measured["html"]))
    page = await opened(browser, server, "desktop")
    found = await page.locator(".trix-content pre").evaluate_all(
        "all => all.map((e) => [e.className, e.innerHTML])"
    )
    for (name, measured), (names, shown) in zip(MEASURED["hljs"].items(), found, strict=True):
        assert names == measured["cls"], name
        assert shown.startswith(measured["html"][:RECORDED_WHOLE]), name


@pytest.mark.long
async def test_sideways_nothing_scrolls(browser: Browser, server: SandboxServer) -> None:
    """Long words, code and addresses wrap, at either width."""
    await post(
        server, f"<div>{'x' * 3000}</div><pre>{'y' * 3000}</pre><div>https://e.org/{'z' * 3000}"
    )
    for view in WIDTHS:
        page = await opened(browser, server, view)
        wide = "() => document.documentElement.scrollWidth - innerWidth"
        assert await page.evaluate(wide) <= 0
        inside = "() => [...document.querySelectorAll('.messages, .messages *')].filter((e) => "
        inside += "e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === 'auto')"
        assert await page.evaluate(f"{inside}.length") == 0


async def test_threading_is_decided_on_arrival(
    browser: Browser, server: SandboxServer, sandbox: SandboxClient
) -> None:
    """Not again when the message above is deleted, nor on an edit; anew when the page is read."""
    page = await opened(browser, server, "desktop")
    one, two, _ = [await post(server, f"<div>{text}</div>") for text in ("one", "two", "three")]
    await expect(page.get_by_test_id("message")).to_have_count(3)
    assert await threaded(page) == [False, True, True]
    async with httpx.AsyncClient(base_url=server.url) as http:
        await http.delete(f"/rooms/2/{KEY}/messages/{one}")
        await expect(page.get_by_test_id("message")).to_have_count(2)
        assert await threaded(page) == [True, True]
        await http.patch(f"/rooms/2/{KEY}/messages/{two}", content=b"two edited")
    await expect(page.locator(f"#message-{two}")).to_contain_text("two edited")
    assert await threaded(page) == [True, True]
    await page.reload()
    await expect(page.get_by_test_id("live")).to_have_attribute("data-state", "live")
    assert await threaded(page) == [False, True]


async def test_what_is_far_apart_is_not_threaded(browser: Browser, server: SandboxServer) -> None:
    """300 seconds are near, 301 are not: a pair of messages each, on a day of its own."""
    chat = server.campfire.chat
    for day, seconds in enumerate(SAME_THREAD):
        first = datetime(2026, 11, 24, 1, tzinfo=UTC) + timedelta(days=day)
        for at in (first, first + timedelta(seconds=seconds)):
            written = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            chat.messages.create(2, 3, "<div>x</div>", None, written)
    page = await opened(browser, server, "desktop")
    expected = [threads for same in SAME_THREAD.values() for threads in (False, same)]
    assert await threaded(page) == expected


@pytest.mark.long
async def test_a_mention_is_drawn_by_the_server(browser: Browser, server: SandboxServer) -> None:
    """With picture and name, in the line inside a `div`, on a line of its own after a `<p>`."""
    mention = mention_html(2, "Mike Member")
    await post(server, f"<div>Ask {mention} now</div>")
    await post(server, f"<p>Ask {mention} now</p>")
    page = await opened(browser, server, "phone")
    shown = page.get_by_test_id("message-body")
    await expect(shown.nth(0).locator(".mention")).to_contain_text("Mike Member")
    assert await shown.nth(0).locator(".trix-content").evaluate("e => e.offsetHeight") == 24
    assert await shown.nth(1).locator(".trix-content").evaluate("e => e.offsetHeight") == 48


async def test_what_is_pushed_is_seen(
    browser: Browser, server: SandboxServer, sandbox: SandboxClient
) -> None:
    """The panel tells who gets a notice and what in it, and that a long one is never sent."""
    page = await opened(browser, server, "desktop")
    await page.get_by_text("What Campfire would push").click()
    await post(server, "<div>short</div>", room=5)
    await post(server, f"<div>{'字' * 1326}</div>", room=5)
    pushes = page.get_by_test_id("push")
    await expect(pushes).to_have_count(2)
    await expect(pushes.nth(1)).to_contain_text("Ada Admin")
    await expect(pushes.nth(1)).to_contain_text("short")
    await expect(pushes.nth(0)).to_contain_text("3978 bytes: too large, not sent")
    assert [push["sent"] for push in await sandbox.pushes()] == [True, False]


@pytest.mark.long
async def test_a_phone_shows_the_room_and_its_newest_message(
    browser: Browser, server: SandboxServer
) -> None:
    """The room's name is seen in the row of rooms; opening the notices hides nothing at the end."""
    for number in range(20):
        await post(server, f"<div>line {number}</div>", room=5)
    page = await browser.new_page(viewport={"width": WIDTHS["phone"], "height": 900})
    await page.goto(f"{server.url}/rooms/5")
    await expect(page.get_by_test_id("room-5")).to_be_in_viewport(ratio=1)
    await page.wait_for_function(AT_END, timeout=5000)
    await page.get_by_text("What Campfire would push").click()
    await expect(page.get_by_test_id("push").last).to_be_visible()
    await page.wait_for_function(AT_END, timeout=5000)


@pytest.mark.long
async def test_unread_marks_last_until_the_room_is_opened(
    browser: Browser, server: SandboxServer, sandbox: SandboxClient
) -> None:
    """A message elsewhere marks its room, on a reload too; whoever opens the room has read it."""
    await sandbox.post(3, "over here", user_id=2)
    page = await opened(browser, server, "desktop")
    await expect(page.get_by_test_id("room-3")).to_have_attribute("data-unread", "")
    await page.get_by_test_id("room-3").click()
    await expect(page.get_by_test_id("live")).to_have_attribute("data-state", "live")
    await page.get_by_test_id("room-2").click()
    await expect(page.get_by_test_id("room-title")).to_have_text("Support")
    assert await page.get_by_test_id("room-3").get_attribute("data-unread") is None


async def opened(browser: Browser, server: SandboxServer, view: str) -> Page:
    """Room 2, live, as wide as this view."""
    page = await browser.new_page(viewport={"width": WIDTHS[view], "height": 900})
    await page.goto(f"{server.url}/rooms/2")
    await expect(page.get_by_test_id("live")).to_have_attribute("data-state", "live")
    return page


async def threaded(page: Page) -> list[bool]:
    """Which messages stand without name and avatar."""
    classes = await page.get_by_test_id("message").evaluate_all("all => all.map(e => e.className)")
    return ["message--continued" in names for names in classes]


async def post(server: SandboxServer, html: str, room: int = 2) -> int:
    """As the bot."""
    async with httpx.AsyncClient(base_url=server.url) as http:
        answer = await http.post(f"/rooms/{room}/{KEY}/messages", content=html.encode())
    return int(answer.headers["location"].rpartition("/")[2])


def _sgid(user_id: int) -> str:
    return mention_html(user_id, "x").partition('sgid="')[2].partition('"')[0]


def _code(name: str, shown: str) -> str:
    """What was posted, from what the page showed of it: without the colours and the links."""
    text = re.sub(r"</?span[^>]*>|<a target[^>]*>|</a>", "", shown)
    names = {"no class": "", "pre>code.language-js": ""}
    inside = (name.endswith(" inside") and "language-js") or name
    inside = "nohighlight" if "nohighlight" in name else inside
    kind = names.get(name, inside)
    return f'<pre class="{kind}">{text}</pre>' if kind else f"<pre>{text}</pre>"


def _same(measured: Any, ours: Any) -> bool:
    try:
        return abs(float(measured.removesuffix("px")) - float(ours.removesuffix("px"))) < 0.05
    except ValueError:
        return bool(measured == ours)
