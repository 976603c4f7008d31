"""Cancelling one message: one that waits is settled at once, one that runs is stopped."""

from collections.abc import Callable

import structlog

from consumer.queue.errors import Fenced
from consumer.queue.lanes import Lanes

log = structlog.get_logger()

CANCELLED = "cancelled"
"""The reason a running turn's task is cancelled with, when a person asked for it."""


class Cancelling:
    """Carries out a cancellation; `stop` cancels the task that runs a job, if there is one."""

    def __init__(self, lanes: Lanes, stop: Callable[[str], bool]) -> None:
        self._lanes = lanes
        self._stop = stop
        self._asked: set[str] = set()

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
            self._stop_running(job_id)

    def asked(self, job_id: str) -> bool:
        """Whether this job's task was cancelled because somebody asked, not for a drain."""
        return job_id in self._asked

    def done(self, job_id: str) -> None:
        """This job has ended: what was asked of it means nothing any more."""
        self._asked.discard(job_id)

    def _stop_running(self, job_id: str) -> None:
        if job_id in self._asked:
            return
        self._asked.add(job_id)
        if not self._stop(job_id):
            self._asked.discard(job_id)
            log.info("cancel_too_late", job=job_id)
