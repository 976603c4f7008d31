"""A room's messages, in pages of 40, forwards and backwards."""

from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import islice

from consumer.campfire.answers import expect, next_page, read, total_count
from consumer.campfire.errors import NotInRoom
from consumer.campfire.messages import Message, Page, messages_from
from consumer.campfire.requests.wire import Wire

MOST_PIVOTS = 5
"""Neighbours that are tried as a cursor, where some were deleted."""
MOST_RESTARTS = 3
"""Ways back to the newest page, where all of those were."""


async def page(
    wire: Wire, room_id: int, key: str, *, before: int | None = None, after: int | None = None
) -> Page:
    """The page before or after a message of this room; the newest without either."""
    pivots = {"before": before, "after": after}
    params = {name: pivot for name, pivot in pivots.items() if pivot is not None}
    answer = expect(await wire.again("GET", room_id, key, "", params=params), 200, 204)
    total = total_count(answer)
    if (
        answer.status_code == 204
    ):  # another server's way to say that there is nothing; Rails says []
        return Page((), total)
    messages = read(answer, messages_from)
    more = next_page(answer)
    return Page(messages, total, next_before=more.get("before"), next_after=more.get("after"))


async def forwards(wire: Wire, room_id: int, key: str, after: int) -> AsyncIterator[Message]:
    """Every message newer than `after`, oldest first, fetched as it is read."""
    pivot: int | None = after
    while pivot is not None:
        found = await page(wire, room_id, key, after=pivot)
        for message in found.messages:
            yield message
        pivot = found.next_after


async def backwards(
    wire: Wire, room_id: int, key: str, before: int | None = None
) -> AsyncIterator[Message]:
    """Every message older than `before` (all without it), newest first, fetched as it is read.

    Messages that are deleted meanwhile are no obstacle, though Campfire answers 404 to a cursor
    that is gone.
    """
    seen: set[int] = set()
    restarts = 0
    found = await page(wire, room_id, key, before=before)
    while True:
        for message in reversed(found.messages):
            if message.id not in seen:
                seen.add(message.id)
                yield message
        if found.next_before is None or restarts > MOST_RESTARTS:
            return
        older = await _before(wire, room_id, key, found)
        restarts += older is None
        # Raises where it is the room that is gone.
        found = older or await page(wire, room_id, key, before=before)


async def _before(wire: Wire, room_id: int, key: str, found: Page) -> Page | None:
    """The page before this one, or before what still stands of it; None where little does."""
    later = (message.id for message in found.messages if message.id != found.next_before)
    for pivot in [found.next_before, *islice(later, MOST_PIVOTS - 1)]:
        with suppress(NotInRoom):
            return await page(wire, room_id, key, before=pivot)
    return None
