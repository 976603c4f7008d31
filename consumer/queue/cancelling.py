"""Cancelling one message: one that waits is settled at once, a running turn is stopped."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from consumer.queue.errors import Fenced
from consumer.queue.lanes import Lanes

log = structlog.get_logger()

CANCELLED = "cancelled"


@dataclass(slots=True)
class Stoppable:
    """A turn that runs, as somebody who wants it stopped sees it."""

    task: asyncio.Task[Any]
    asked: bool = False
    """Somebody asked for its end: its cancellation is not a drain's."""


class Cancelling:
    """Carries out cancellations, and knows which turns run here."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._turns: dict[str, Stoppable] = {}

    @contextmanager
    def stoppable(self, job_id: str, task: asyncio.Task[Any]) -> Iterator[Stoppable]:
        """Between these the job's turn can be stopped; before and after a cancel is too late."""
        turn = self._turns[job_id] = Stoppable(task)
        try:
            yield turn
        finally:
            del self._turns[job_id]

    async def cancel(self, job_id: str) -> None:
        """Cancel the message; one that has ended, or was cancelled before, is left as it is."""
        ticket = await self._lanes.find(job_id)
        if ticket is None:
            log.info("cancel_too_late", job=job_id)
            return
        try:
            if await self._lanes.settle_waiting(ticket, {"outcome": CANCELLED, "attempts": 0}):
                log.info("turn_settled", job=job_id, **ticket.log_context(), outcome=CANCELLED)
        except Fenced:
            self._stop_turn(job_id)

    def _stop_turn(self, job_id: str) -> None:
        turn = self._turns.get(job_id)
        if turn is None:
            log.info("cancel_too_late", job=job_id)
        elif not turn.asked:
            turn.asked = turn.task.cancel(CANCELLED)
