"""`make screenshots`: the operator's page as README shows it, of a service that really runs.

Everything on this machine: the sandbox's Campfire and model, people who ask, one turn that takes
long, one message that fails.
"""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from playwright.async_api import Browser, async_playwright

from tests.acceptance.environment import free_port
from tests.chromium import CHROMIUM, FLAGS
from tests.sandbox_client import SandboxClient

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
TOKEN = "only-for-these-pictures"  # of a service that lives for a minute
ALL_TALK, SUPPORT = 1, 2
A_TOOL = 'tool mcp__office__find_rooms {"people": 4}'
STARTS_S, ANSWERS_S = 90.0, 60.0


async def main(into: Path) -> None:
    """Start it, have it do something, take the pictures, end it."""
    web, sandbox = free_port(), free_port()
    async with _service(web, sandbox), SandboxClient(f"http://127.0.0.1:{sandbox}") as people:
        message = await _have_it_do_something(people)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            await _take(browser, f"http://localhost:{web}/operator", message, into)
            await browser.close()


@asynccontextmanager
async def _service(web: int, sandbox: int) -> AsyncIterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "DATA_DIR": f"{folder}/data",
            "BOTS_DIR": str(_bots(Path(folder), sandbox)),
            "PORT": str(web),
            "SANDBOX_PORT": str(sandbox),
            "ADMIN_TOKEN": TOKEN,
        }
        launcher = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "operate.launch", "--sandbox"),
            cwd=ROOT,
            env={**os.environ, **settings},
        )
        try:
            await _ready(web, launcher)
            yield
        finally:
            launcher.send_signal(signal.SIGTERM)
            await launcher.wait()


def _bots(folder: Path, sandbox: int) -> Path:
    """The example's, whose MCP server is this sandbox's."""
    bots = Path(shutil.copytree(ROOT / "bots", folder / "bots"))
    office = bots / "office.yaml"
    office.write_text(office.read_text().replace("127.0.0.1:5003", f"127.0.0.1:{sandbox}"))
    return bots


async def _ready(web: int, launcher: Process) -> None:
    async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(STARTS_S):
        while launcher.returncode is None:
            try:
                if (await http.get(f"http://127.0.0.1:{web}/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.2)
    raise SystemExit("the service ended before it was ready")


async def _have_it_do_something(people: SandboxClient) -> int:
    """Gives the number of the message whose timeline is shown."""
    for text in ("hello", "long 400", "markdown"):
        await _answered(people, SUPPORT, text, "assistant")
    shown = await _answered(people, SUPPORT, f"slow 2; {A_TOOL}", "office")
    await _answered(people, ALL_TALK, "error 400", "financial_analyst")
    await people.post(SUPPORT, "slow 120", mentions=["assistant"])
    for text in ("and then?", "one more thing"):
        await people.post(SUPPORT, text, mentions=["assistant"])
    await people.post(ALL_TALK, "slow 120", mentions=["technical_assistant"])
    return shown


async def _answered(people: SandboxClient, room: int, text: str, bot: str) -> int:
    asked = await people.post(room, text, mentions=[bot])
    directory = await people.directory()
    creator = next(it["id"] for it in directory["people"] if it["bot_id"] == bot)
    async with asyncio.timeout(ANSWERS_S):
        await people.wait_for_message(room, after=asked["id"], creator_id=creator)
    return int(asked["id"])


async def _take(browser: Browser, page_url: str, message: int, into: Path) -> None:
    into.mkdir(exist_ok=True)
    desk = await browser.new_page(viewport={"width": 1280, "height": 980})
    await desk.goto(page_url)
    await desk.fill("#token", TOKEN)
    await desk.press("#token", "Enter")
    await desk.locator("#live[data-state=live]").wait_for()
    await desk.locator("#turns [data-row]").first.wait_for()
    await desk.wait_for_timeout(12_000)  # for the turns to have lasted
    await desk.screenshot(path=into / "operator-now.png")
    phone = await browser.new_context(
        viewport={"width": 390, "height": 844},
        color_scheme="dark",
        storage_state=await desk.context.storage_state(),
    )
    hand = await phone.new_page()
    await hand.goto(f"{page_url}/messages?q={message}")
    await hand.screenshot(path=into / "operator-message-phone.png", full_page=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES))
