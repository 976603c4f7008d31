"""A browser, for what people see of a turn."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page

from tests.chromium import a_browser


@pytest.fixture
async def page(chromium: str) -> AsyncIterator[Page]:
    """A page of it; whoever asks for one is marked `browser`."""
    async with a_browser(chromium) as browser:
        yield await browser.new_page()
