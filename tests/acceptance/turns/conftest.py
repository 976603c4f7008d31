"""A browser, for what people see of a turn."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright

from tests.integration.sandbox_campfire.test_page import CHROMIUM, FLAGS


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A page of it; whoever asks for one is marked `browser`."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield await browser.new_page()
        await browser.close()
