"""The life of a message, on one screen: claim → reply → store → post → settle."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Any

import structlog

from consumer import instruments
from consumer.live.broadcast import Broadcast
from consumer.outcome.classify import tried_again, undeliverable
from consumer.outcome.outcome import Reply, Retry
from consumer.posting.poster import UNANNOUNCED, Poster
from consumer.progress.no_signs import NoSigns
from consumer.progress.signs import Signs
from consumer.progress.signs_of_life import SignsOfLife
from consumer.queue.claim import Claim
from consumer.queue.errors import Fenced
from consumer.queue.lanes import Lanes
from consumer.turn.answering import Answering
from consumer.turn.skipping import Skipping
from shared import tracing
from shared.keys import plain
from shared.kill_points import reached
from shared.on_time import Reminder

log = structlog.get_logger()


class Pipeline:
    """Runs the turn of one claimed message to an outcome; never raises but for cancellation."""

    def __init__(
        self,
        lanes: Lanes,
        answering: Answering,
        poster: Poster,
        skipping: Skipping,
        signs_of_life: SignsOfLife,
        live: Broadcast,
        *,
        on_reminders: Callable[[Sequence[Reminder]], Awaitable[None]],
    ) -> None:
        """`on_reminders`: called when somebody is to be reminded of something new."""
        self._on_reminders = on_reminders
        self._lanes = lanes
        self._answering = answering
        self._poster = poster
        self._skipping = skipping
        self._signs_of_life = signs_of_life
        self._live = live

    async def answer(self, claim: Claim) -> dict[str, Any]:
        """One attempt; gives the record of how it ended, as arq's result keeps it."""
        with structlog.contextvars.bound_contextvars(**claim.log_context()):
            waited_ms = claim.claimed_ms - claim.message.accepted_ms
            log.info("turn_claimed", waited_ms=waited_ms)
            instruments.claimed(claim.message.bot_id, waited_ms)
            reached("turn.claimed")
            began_s = monotonic()
            try:
                ending = await self._traced(claim, waited_ms)
            except asyncio.CancelledError:
                await self._hand_back(claim)
                raise
            instruments.attempted(claim.message.bot_id, ending, monotonic() - began_s)
            return ending

    async def _traced(self, claim: Claim, waited_ms: int) -> dict[str, Any]:
        message = claim.message
        with tracing.turn_of(
            message.traceparent,
            waited_ms,
            bot=message.bot_id,
            room=message.room_id,
            message=message.message_id,
            job=plain(claim.job_id),
            attempt=claim.starts,
            origin=message.origin,
        ) as span:
            ending = await self._unless_fenced(claim)
            words = {name: ending.get(name) for name in ("outcome", "reason", "tier")}
            tracing.tell(span, **{name: word for name, word in words.items() if word})
            return ending

    async def _unless_fenced(self, claim: Claim) -> dict[str, Any]:
        try:
            return await self._to_an_end(claim)
        except Fenced:
            log.warning("turn_fenced")
            self._lanes.stories.end(claim.job_id)
            return {"outcome": "fenced"}

    async def _to_an_end(self, claim: Claim) -> dict[str, Any]:
        """Whatever breaks: the message would come again every few seconds, for ever. What of its
        answer is in the room nobody knows, so nothing more is said there; the operator is told."""
        posted: list[str] = []
        try:
            return await self._attempt(claim, posted)
        except Fenced:
            raise
        except Exception as error:
            log.exception("turn_broken", error=type(error).__name__)
            if (later := tried_again(error, claim.failures)) is not None:
                return await self._postpone(claim, later)
            return await self._settle(claim, undeliverable(error), posted)

    async def _attempt(self, claim: Claim, posted: list[str]) -> dict[str, Any]:
        """`posted`: takes its posts, where the last is left for the end to record."""
        if (gone := await self._skipping.gone(claim)) is not None:
            return await self._settle(claim, gone)
        async with self._signs_of_life.of(claim) as signs:
            reply, until_s = await self._reply(claim, signs)
            if isinstance(reply, Reply):
                await signs.before_answer()
                ends_at_once = not reply.skipped and signs.end_at_once(reply.ending, reply.reason)
                with tracing.step("deliver"):
                    delivery = await self._poster.post_reply(
                        claim, reply, until_s, ends_at_once=ends_at_once
                    )
                reply = delivery.ending
                posted.extend(delivery.unrecorded)
            if isinstance(reply, Reply):
                signs.ended(reply.ending, reply.reason)
        if isinstance(reply, Retry):
            return await self._postpone(claim, reply)
        return await self._settle(claim, reply, posted)

    async def _reply(self, claim: Claim, signs: Signs | NoSigns) -> tuple[Reply | Retry, float]:
        """The reply that an earlier attempt stored, else the turn's; stored before it is posted.

        And until when, by the steady clock, its first post is announced.
        """
        if (verdict := await self._answering.condemned(claim)) is not None:
            return verdict, UNANNOUNCED
        if claim.reply is not None:
            return Reply.from_json(claim.reply), UNANNOUNCED
        reply = await self._answering.made(claim, self._live.beside(claim, signs.note))
        reached("turn.answered")
        if not isinstance(reply, Reply):
            return reply, UNANNOUNCED
        until_s = await self._store(claim, reply, is_next=not signs.stand_above_answer)
        self._answering.stored(claim)
        reached("turn.stored")
        return reply, until_s

    async def _store(self, claim: Claim, reply: Reply, *, is_next: bool) -> float:
        """Where its first post is what comes next, that is recorded in the same step."""
        if not reply.notes and not reply.reminders:
            next_post = {"posting": True} if is_next and (reply.parts or reply.files) else {}
            await self._lanes.ledger.record(claim, reply=reply.to_json(), **next_post)
            return self._lanes.ledger.fresh_until_s() if next_post else UNANNOUNCED
        notes = {note.number: note.wire() for note in reply.notes}
        await self._lanes.ledger.record_keeping(
            claim, notes, reply.reminders, reply=reply.to_json()
        )
        if reply.reminders:
            await self._on_reminders(reply.reminders)
        return UNANNOUNCED

    async def _postpone(self, claim: Claim, retry: Retry) -> dict[str, Any]:
        log.info("turn_postponed", after_s=retry.after_s, reason=retry.reason)
        reason = retry.reason
        await self._lanes.postpone(claim, delay_s=retry.after_s, failed=True, reason=reason)
        reached("turn.postponed")
        return {"outcome": "retry", "reason": retry.reason}

    async def _settle(
        self, claim: Claim, reply: Reply, posted: Sequence[str] = ()
    ) -> dict[str, Any]:
        """`posted`: its posts, where the last is not on record yet."""
        for ticket in await self._lanes.lines.waiting(claim) if reply.skipped else ():
            if ticket.job_id in reply.skipped:
                why = {"reason": reply.reason} if reply.reason else {}
                ending = {"outcome": reply.ending, "attempts": 0, **why}
                await self._lanes.settle_waiting(ticket, ending)
                log.info("turn_settled", **ticket.log_context(), outcome=reply.ending)
        ending = {"outcome": reply.ending, "tier": reply.tier, "attempts": claim.starts}
        if reply.reason:
            ending["reason"] = reply.reason
        if reply.detail:
            ending["detail"] = reply.detail
        if not posted:
            reached("turn.settling")
        with tracing.step("settle"):
            dead = reply.ending == "dead"
            first = await self._lanes.settle(claim, ending, dead=dead, posted=posted)
        reached("turn.settled")
        await self._poster.forget(claim)
        log.info("turn_settled" if first else "turn_settled_before", **ending)
        return ending

    async def _hand_back(self, claim: Claim) -> None:
        """Cancelled by a drain: the message runs again, and no try is used up."""
        log.info("turn_handed_back")
        try:
            await asyncio.shield(self._lanes.postpone(claim, delay_s=0, failed=False))
        except Fenced:
            log.info("turn_already_settled")
