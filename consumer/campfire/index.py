"""A room's messages, in pages of 40, forwards and backwards."""

from collections.abc import AsyncIterator

from consumer.campfire.answers import expect, next_page, read, total_count
from consumer.campfire.messages import Message, Page, messages_from
from consumer.campfire.wire import Wire


async def page(
    wire: Wire, room_id: int, key: str, *, before: int | None = None, after: int | None = None
) -> Page:
    """The page before or after a message of this room; the newest without either."""
    pivots = {"before": before, "after": after}
    params = {name: pivot for name, pivot in pivots.items() if pivot is not None}
    answer = expect(await wire.again("GET", room_id, key, "", params=params), 200, 204)
    total = total_count(answer)
    if answer.status_code == 204:  # the port's way to say that there is nothing (a64, a66)
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
    """Every message older than `before` (all without it), newest first, fetched as it is read."""
    found = await page(wire, room_id, key, before=before)
    while True:
        for message in reversed(found.messages):
            yield message
        if found.next_before is None:
            return
        found = await page(wire, room_id, key, before=found.next_before)
