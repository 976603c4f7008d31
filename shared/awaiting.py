"""Waiting for an asyncio.Event, with a time limit."""

import asyncio


async def set_within(event: asyncio.Event, seconds: float | None) -> bool:
    """Wait for the event, so many seconds at most (None: however long); whether it is set."""
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
