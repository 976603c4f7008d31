"""What is to be done once: by the first of the members, whichever that is."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from consumer.ending_tasks import cancel_until_done
from consumer.queue.ownership.membership import Membership

log = structlog.get_logger()

Run = Callable[[], Coroutine[Any, Any, None]]
"""A part of the service, which never returns."""


class FirstMember:
    """Runs parts while this member is the first. With one member that is always.

    For a beat of its heart one may take itself for the first that is not any more: what runs here
    does no harm twice, it would only be done twice.
    """

    def __init__(self, member: Membership) -> None:
        self._member = member

    def only(self, run: Run) -> Run:
        """A part that never returns, and runs `run` anew whenever we become the first."""

        async def run_while_first() -> None:
            while True:
                await self._member.until(first=True)
                await self._run(run)

        return run_while_first

    async def _run(self, run: Run) -> None:
        """Until another is the first; raises what ends it."""
        part = asyncio.create_task(run(), name="first member's")
        no_more = asyncio.create_task(self._member.until(first=False))
        try:
            await asyncio.wait({part, no_more}, return_when=asyncio.FIRST_COMPLETED)
            if part.done():
                part.result()
        finally:
            await cancel_until_done([part, no_more], "not the first", again_s=0.2)
