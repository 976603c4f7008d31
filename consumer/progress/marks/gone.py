"""Deletes in Campfire what may be deleted there already."""

from collections.abc import Awaitable
from contextlib import suppress

from consumer.campfire.errors import Gone


async def is_gone(taking: Awaitable[None]) -> None:
    """Take something away; what is not there is as good as taken. Raises other CampfireErrors."""
    with suppress(Gone):
        await taking
