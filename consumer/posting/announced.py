"""Sends what is on record as about to be sent, before the right to send it may lapse."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from consumer.campfire.errors import CampfireUnclear
from consumer.campfire.sent_until import sent_until
from consumer.queue.lanes import Lanes
from shared.errors import CampfireError


@asynccontextmanager
async def announced(
    lanes: Lanes, withdraw: Callable[[], Awaitable[None]], until_s: float | None = None
) -> AsyncIterator[None]:
    """Send in this block what was recorded right before it, and while it is still ours to send.

    `until_s`: by the steady clock, where it was recorded a while before.

    Where Campfire certainly does not have it, `withdraw` takes the record back: nobody has to look
    for it. Errors pass.
    """
    try:
        with sent_until(lanes.ledger.fresh_until_s() if until_s is None else until_s):
            yield
    except CampfireUnclear:
        raise
    except CampfireError:
        await withdraw()
        raise
