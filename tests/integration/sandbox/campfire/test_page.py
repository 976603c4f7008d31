"""The page in headless Chromium: a person writes to a bot and sees the answer arrive."""

from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import Page, expect

from sandbox.server import SandboxServer
from tests.chromium import a_browser
from tests.integration.sandbox.campfire.answering_server import AnsweringServer
from tests.sandbox_client import SandboxClient

KEY = "3-52d8d3ea9c87"
pytestmark = pytest.mark.browser


@pytest.fixture
async def page(server: SandboxServer, chromium: str) -> AsyncIterator[Page]:
    """The page, opened where everybody starts; a problem in its console fails the test."""
    problems: list[str] = []
    async with a_browser(chromium) as browser:
        opened = await browser.new_page()
        opened.on("console", lambda message: problems.append(message.text))
        opened.on("pageerror", lambda error: problems.append(str(error)))
        await opened.goto(server.url)
        await expect(opened.get_by_test_id("live")).to_have_attribute("data-state", "live")
        yield opened
    assert problems == []


async def test_a_mentioned_bot_answers_live(
    page: Page, server: SandboxServer, sandbox: SandboxClient, webhook: AnsweringServer
) -> None:
    """Pick a room, mention the bot by its name's beginning, and its answer appears by itself."""
    await page.get_by_test_id("room-1").click()
    await expect(page.get_by_test_id("room-title")).to_have_text("All Talk")
    await page.get_by_test_id("editor").press_sequentially("@Assi")
    await expect(page.get_by_test_id("mention-option-3")).to_be_visible()
    await page.keyboard.press("Enter")
    await page.keyboard.type("what is 2+2?")
    await page.keyboard.press("Enter")
    asked = await sandbox.wait_for_message(1, creator_id=1)
    await server.campfire.webhooks.settled()
    assert [request.path for request in webhook.received] == ["/webhook/assistant"]
    await _post(server, "<p>It is <strong>4</strong>.</p>")
    answer = page.locator("[data-creator-id='3'] [data-testid=message-body]")
    await expect(answer).to_have_text("It is 4.")
    assert asked["body"]["plain_text"].split() == ["@Assistant", "what", "is", "2+2?"]


@pytest.mark.long
async def test_a_typed_name_becomes_a_mention(
    page: Page, server: SandboxServer, sandbox: SandboxClient, webhook: AnsweringServer
) -> None:
    """Who types the whole name and goes on has mentioned the bot, without picking."""
    await page.get_by_test_id("editor").press_sequentially("@second bot hello")
    await expect(page.get_by_test_id("mention-chip")).to_have_text("@Second Bot")
    await page.get_by_test_id("send").click()
    asked = await sandbox.wait_for_message(2, creator_id=1)
    await server.campfire.webhooks.settled()
    assert asked["body"]["plain_text"] == "@Second Bot hello"
    assert [request.path for request in webhook.received] == ["/webhook/second"]


@pytest.mark.long
async def test_filled_text_is_understood_too(page: Page, sandbox: SandboxClient) -> None:
    """Text that is pasted in one go mentions as well, and its lines and signs stay."""
    await page.get_by_test_id("editor").fill("@Assistant is 1 < 2 & 3?\nsecond line")
    await page.get_by_test_id("send").click()
    asked = await sandbox.wait_for_message(2, creator_id=1)
    assert asked["body"]["plain_text"] == "@Assistant is 1 < 2 & 3?\nsecond line"
    assert "action-text-attachment" in asked["stored_html"]


@pytest.mark.long
async def test_the_mention_button_offers_everybody(page: Page, sandbox: SandboxClient) -> None:
    """Without a keyboard's @: the button lists who is there, bots first; a click mentions."""
    await page.get_by_test_id("mention-button").click()
    options = page.get_by_test_id("mention-list").get_by_role("option")
    await expect(options).to_have_text(["Assistantbot", "Second Botbot", "Mike Member"])
    await page.get_by_test_id("mention-option-4").click()
    await page.keyboard.type("hi")
    await page.keyboard.press("Enter")
    asked = await sandbox.wait_for_message(2, creator_id=1)
    assert asked["body"]["plain_text"] == "@Second Bot hi"


async def test_changes_arrive_live(
    page: Page, server: SandboxServer, sandbox: SandboxClient
) -> None:
    """An edit, a boost, its successor and a deletion show without reading the page again, and stay
    after it is."""
    asked = await sandbox.post(2, "look")
    shown = page.locator(f"#message-{asked['id']}")
    await expect(shown).to_be_visible()
    number = await _post(server, "working…", room=2)
    progress = page.locator(f"#message-{number}")
    await expect(progress.get_by_test_id("message-body")).to_have_text("working…")
    async with httpx.AsyncClient(base_url=server.url) as http:
        path = f"/rooms/2/{KEY}/messages"
        old = await http.post(f"{path}/{asked['id']}/boosts", content=b"ok")
        await expect(shown.get_by_test_id("boost")).to_contain_text("ok")
        await http.post(f"{path}/{asked['id']}/boosts", content="⏳ web · 20 s".encode())
        await http.delete(f"{path}/{asked['id']}/boosts/{old.json()['id']}")
        await expect(shown.get_by_test_id("boost")).to_have_count(1)
        await expect(shown.get_by_test_id("boost")).to_contain_text("⏳ web · 20 s")
        await http.patch(f"{path}/{number}", content=b"still working")
        await expect(progress.get_by_test_id("message-body")).to_have_text("still working")
        await http.delete(f"{path}/{number}")
        await expect(progress).to_have_count(0)
    await page.reload()
    await expect(shown.get_by_test_id("boost")).to_contain_text("⏳ web · 20 s")


@pytest.mark.long
async def test_a_file_has_name_and_size(
    page: Page, server: SandboxServer, sandbox: SandboxClient
) -> None:
    """A bot's file shows its name and size, and can be fetched."""
    async with httpx.AsyncClient(base_url=server.url) as http:
        files = {"attachment": ("报告.csv", b"a,b\n" * 300, "text/csv")}
        await http.post(f"/rooms/2/{KEY}/messages", files=files)
        link = page.get_by_test_id("message-attachment")
        await expect(link).to_have_text("报告.csv 1.2 KB")
        fetched = await http.get(await link.get_attribute("href") or "")
    assert fetched.content == b"a,b\n" * 300
    assert fetched.headers["content-disposition"] == "attachment"


async def test_a_person_sends_a_file(
    page: Page, server: SandboxServer, sandbox: SandboxClient, webhook: AnsweringServer
) -> None:
    """A file goes as a message of its own; in a ping it reaches the bot."""
    await page.get_by_test_id("room-5").click()
    await expect(page.get_by_test_id("room-title")).to_have_text("Assistant")
    await page.get_by_test_id("file").set_input_files(
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"hello"}
    )
    await expect(page.get_by_test_id("message-attachment")).to_contain_text("notes.txt")
    await server.campfire.webhooks.settled()
    assert b'"html":null,"plain":"notes.txt"' in webhook.received[0].body


async def test_it_says_what_it_is(page: Page) -> None:
    """The page says that it is a sandbox and that no Claude answers."""
    await expect(page.get_by_test_id("sandbox-notice")).to_contain_text("This is a sandbox")
    await expect(page.get_by_test_id("model-notice")).to_contain_text("stand-in model, not Claude")


@pytest.mark.long
async def test_another_rooms_news_is_marked(page: Page, sandbox: SandboxClient) -> None:
    """A message elsewhere marks that room in the list."""
    await sandbox.post(3, "over here", user_id=2)
    await expect(page.get_by_test_id("room-3")).to_have_attribute("data-unread", "")


@pytest.mark.long
async def test_markup_of_a_bot_does_nothing(page: Page, server: SandboxServer) -> None:
    """What Campfire drops is not in the page, and nothing in a message runs."""
    await _post(server, "<img src=x onerror=\"document.title='x'\"><b>safe</b><table></table>", 2)
    body = page.get_by_test_id("message-body")
    await expect(body).to_have_text("safe")
    assert (await body.locator(".trix-content").inner_html()).strip() == "<b>safe</b>"
    assert "Campfire sandbox" in await page.title()


@pytest.mark.long
async def test_earlier_messages_can_be_shown(page: Page, sandbox: SandboxClient) -> None:
    """A long room shows its end, and more on request, in order."""
    for number in range(70):
        await sandbox.post(1, f"line {number}")
    await page.get_by_test_id("room-1").click()
    await expect(page.get_by_test_id("message")).to_have_count(60)
    await page.get_by_test_id("older").click()
    await expect(page.get_by_test_id("message")).to_have_count(70)
    bodies = await page.get_by_test_id("message-body").all_inner_texts()
    assert bodies == [f"line {number}" for number in range(70)]


async def test_a_foreign_page_cannot_write(server: SandboxServer, sandbox: SandboxClient) -> None:
    """A page from elsewhere in the same browser cannot make our bots work."""
    async with httpx.AsyncClient(base_url=server.url) as http:
        origin = {"origin": "https://evil.example"}
        form = {"message[body]": "<p>x</p>"}
        page = await http.post("/rooms/2/messages", data=form, headers=origin)
        form = {"room_id": "2", "text": "x"}
        switch = await http.post("/sandbox/messages", json=form, headers=origin)
    assert (page.status_code, switch.status_code) == (403, 403)
    assert await sandbox.messages(2) == []


async def _post(server: SandboxServer, html: str, room: int = 1) -> int:
    async with httpx.AsyncClient(base_url=server.url) as http:
        answer = await http.post(f"/rooms/{room}/{KEY}/messages", content=html.encode())
    return int(answer.headers["location"].rpartition("/")[2])
