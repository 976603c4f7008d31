"""One Chromium for all the tests of a worker: it takes a second of both cores to start.

    async with a_browser(chromium) as browser:
        page = await browser.new_page()

Each test has contexts of its own in it, and so its own windows, cookies and cache, which end with
the block.
"""

import re
import subprocess
import tempfile
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager

from playwright.async_api import Browser, async_playwright

CHROMIUM = "/usr/lib/chromium/chromium-headless-shell"
"""Debian's without windows: a page costs it half of the CPU that `chromium --headless` takes. What
stands in /usr/bin is a shell that waits for this one, and would be killed alone."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_AS_PLAYWRIGHT_STARTS_IT = [
    "--headless",
    "--hide-scrollbars",
    "--mute-audio",
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,"
    "availablePointerTypes=4",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-features=HttpsUpgrades,PaintHolding,Translate",
    "--disable-field-trial-config",
    "--disable-hang-monitor",
    "--disable-ipc-flooding-protection",
    "--disable-popup-blocking",
    "--force-color-profile=srgb",
    "--password-store=basic",
]
HOST, ELSEWHERE = "bots.example.test", "chat.example.test"
"""Names that it finds on this machine."""
_RULES = f"--host-resolver-rules=MAP {HOST} 127.0.0.1, MAP {ELSEWHERE} 127.0.0.1"


@contextmanager
def running_chromium() -> Iterator[str]:
    """Where its DevTools listen, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="chromium", ignore_cleanup_errors=True) as profile:
        command = [
            *("setpriv", "--pdeathsig", "KILL", "--"),  # a killed worker leaves none behind
            *(CHROMIUM, *FLAGS, *_AS_PLAYWRIGHT_STARTS_IT, _RULES),
            *(f"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank"),
        ]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            url = _where_it_listens(process.stderr)
            # It goes on complaining, and would wait for who reads that.
            reading = threading.Thread(target=process.stderr.read)
            reading.start()
            yield url
            process.kill()
            reading.join()


@asynccontextmanager
async def a_browser(chromium: str) -> AsyncIterator[Browser]:
    """It, as one test sees it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(chromium)
        try:
            yield browser
        finally:
            await browser.close()


def _where_it_listens(lines: Iterable[str]) -> str:
    said = []
    for line in lines:
        said.append(line)
        if found := re.search(r"DevTools listening on (ws://\S+)", line):
            return found[1]
    raise RuntimeError(f"Chromium did not start: {''.join(said)}")
