"""Cancelling tasks until they really end, and work that a cancellation must not cut short."""

import asyncio
from collections.abc import Collection, Coroutine
from typing import Any


async def cancel_until_done(
    tasks: Collection[asyncio.Task[Any]], reason: str, *, again_s: float
) -> None:
    """Cancel and wait; a task that has not ended after `again_s` is cancelled again.

    Python 3.11's `asyncio.wait_for` drops a cancellation that arrives in the moment its inner
    future completes (python/cpython#86296), and redis-py sends every command through one: about
    one shutdown in a hundred hung.
    """
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel(reason)
        _, pending = await asyncio.wait(pending, timeout=again_s)


async def to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Do the work whole; a cancellation that comes meanwhile is raised when it is done."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
