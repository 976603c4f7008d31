"""Cancelling one message: one that waits is settled at once, a running turn is stopped."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Literal

import structlog

from consumer.queue.claim import AnswerClaim, Claim
from consumer.queue.errors import Fenced
from consumer.queue.lanes import Lanes
from consumer.queue.ticket import Ticket
from shared.lane import Lane, Line
from shared.redis.outages import despite_outages
from shared.redis.wire import CANCELLED

log = structlog.get_logger()

QUIETLY = "quietly"
"""The reason of a turn that was stopped without a word of its own: whoever stopped it says so."""
STOP_PATIENCE_S = 10.0
"""How long a stopped message may take to tell the room that it was."""
EARLY_S = 10.0
"""So long a cancel counts that found its message claimed and not begun here: the claim is on its
way. Of one that runs at another consumer Redis knows (Lanes.note_cancelled)."""
CLAIM_S = 0.05
"""A claim on its way from Redis to here takes about a millisecond."""


Stopped = Literal["silently", "told", "too late"]
"""Cancelled without a word to the room, or with one of its own; or it had its end before."""


@dataclass(slots=True)
class Attempt:
    """An attempt at a message that runs here, as somebody who wants it stopped sees it."""

    claim: Claim
    turn: asyncio.Task[Any] | None = None
    """None before the turn has begun, and when it is over."""
    asked: bool = False
    """Somebody asked for its end: the turn's cancellation is not a drain's."""
    quietly: bool = False
    """Who asked tells the room, and the turn does not."""
    over: bool = False
    """The turn has ended: nothing can be stopped any more."""
    stopped: bool = False
    """It ended because somebody asked for it."""
    ended: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def stop(self, *, quietly: bool = False) -> None:
        """End the turn, or have it end as soon as it begins; too late it does nothing."""
        if not self.over and not self.asked:
            self.asked = self.turn is None or self.turn.cancel(CANCELLED)
            self.quietly = quietly


class Cancelling:
    """Carries out cancellations, and knows which messages run here."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._attempts: dict[str, Attempt] = {}
        self._early: dict[str, float] = {}
        """Jobs whose cancel came before the attempt, and until when that counts."""

    def watched(self, answer: AnswerClaim) -> AnswerClaim:
        """Wrap `answer`, so that each attempt can be found and stopped from here while it runs."""

        async def answer_watched(claim: Claim) -> dict[str, Any]:
            early = self._early.pop(claim.job_id, 0.0) > monotonic()
            asked = early or claim.cancelled
            attempt = self._attempts[claim.job_id] = Attempt(claim, asked=asked)
            try:
                return await answer(claim)
            finally:
                del self._attempts[claim.job_id]
                attempt.ended.set_result(None)

        return answer_watched

    @contextmanager
    def stoppable(self, job_id: str, turn: asyncio.Task[Any]) -> Iterator[Attempt]:
        """Within this block a cancel of the job ends `turn`; one after it comes too late.

        One that came before it ends the turn at once.
        """
        attempt = self._attempts[job_id]
        attempt.turn = turn
        if attempt.asked:
            turn.cancel(CANCELLED)
        try:
            yield attempt
        finally:
            attempt.turn, attempt.over = None, True
            attempt.stopped = attempt.asked and turn.cancelled()

    def running(self, lane: Lane) -> Ticket | None:
        """The lane's message that runs here now."""
        claims = [attempt.claim for attempt in self._attempts.values()]
        running = (Ticket.of(claim) for claim in claims if claim.message.line == Line(lane))
        return next(running, None)

    async def cancel(self, job_id: str) -> None:
        """Cancel the message; one that has ended, or was cancelled before, is left as it is.

        That it is to end is on record where it runs, here or elsewhere, and whatever becomes of
        the process that runs it: who asked was told that it is done.
        """
        try:
            if not await self._settle(job_id):
                log.info("cancel_too_late", job=job_id)
        except Fenced:
            if await self._lanes.ledger.note_cancelled(job_id):
                self._stop(job_id)
            else:  # given back, or settled, since
                await self.cancel(job_id)

    def _stop(self, job_id: str) -> None:
        attempt = self._attempts.get(job_id)
        if attempt is None:
            self._note_early(job_id)
        elif attempt.over:
            log.info("cancel_too_late", job=job_id)
        else:
            attempt.stop()

    def _note_early(self, job_id: str) -> None:
        now = monotonic()
        self._early = {job: until for job, until in self._early.items() if until > now}
        self._early[job_id] = now + EARLY_S

    async def stop(self, job_id: str, *, quietly: bool = False) -> Stopped:
        """Cancel the message and wait for its end; asked again, it gives the same answer.

        `quietly`: a turn that is stopped for this leaves it to the caller to tell the room.
        """
        patience = monotonic() + STOP_PATIENCE_S
        while await self._is_claimed(job_id):
            attempt = self._attempts.get(job_id)
            if monotonic() > patience:
                # Campfire holds it up: what it will say is on record by now.
                return _ended(attempt)
            await self._end(attempt, patience - monotonic(), quietly)
        outcome = await self._lanes.lines.outcome(job_id)
        if outcome.get("outcome") != CANCELLED:
            return "too late"
        spoke = outcome.get("attempts") and outcome.get("reason") != QUIETLY
        return "told" if spoke else "silently"

    async def _is_claimed(self, job_id: str) -> bool:
        """False once it has ended; one that waits is settled for that."""
        try:
            await despite_outages("stop", self._settle, job_id)
        except Fenced:
            return True
        return False

    async def _end(self, attempt: Attempt | None, within_s: float, quietly: bool) -> None:
        if attempt is None:
            await asyncio.sleep(CLAIM_S)
            return
        attempt.stop(quietly=quietly)
        await asyncio.wait({attempt.ended}, timeout=within_s)

    async def _settle(self, job_id: str) -> bool:
        """Settle a message that waits; raises Fenced for one that is claimed."""
        ticket = await self._lanes.lines.find(job_id)
        if ticket is None:
            return False
        settled = await self._lanes.settle_waiting(ticket, {"outcome": CANCELLED, "attempts": 0})
        if settled:
            log.info("turn_settled", **ticket.log_context(), outcome=CANCELLED)
        return settled


def _ended(attempt: Attempt | None) -> Stopped:
    """How an attempt was stopped whose message is not settled yet."""
    if attempt is None or not attempt.stopped:
        return "too late"
    return "silently" if attempt.quietly else "told"
