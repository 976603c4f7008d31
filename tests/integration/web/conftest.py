"""A site of the test's own."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.web.site import Site, serving


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """Up while the test runs."""
    async with serving() as site:
        yield site
