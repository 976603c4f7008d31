"""The life of a message, on one screen: claim → reply → store → deliver → settle."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import structlog

from consumer.queue.cancelling import Cancelling
from consumer.queue.claim import Claim
from consumer.queue.errors import Fenced
from consumer.queue.lanes import Lanes
from consumer.queue.ticket import Ticket
from consumer.rendering import render
from consumer.turn.agent import Agent, Answer
from consumer.turn.classify import classify, undeliverable
from consumer.turn.delivery import Delivery
from consumer.turn.outcome import Reply, Retry
from consumer.turn.prompt import prompt
from consumer.turn.sentences import SENTENCES
from consumer.turn.skipping import condemned, summary, too_old
from shared.bots import Bot
from shared.errors import BotError
from shared.kill_points import reached

log = structlog.get_logger()


class Pipeline:
    """Runs the turn of one claimed message to an outcome; never raises but for cancellation."""

    def __init__(
        self,
        lanes: Lanes,
        agent: Agent,
        delivery: Delivery,
        bots: dict[str, Bot],
        cancelling: Cancelling,
        *,
        max_age_s: float,
        now: Callable[[], datetime],
        on_turn_end: Callable[[], None] = lambda: None,
    ) -> None:
        self._cancelling = cancelling
        self._max_age_s = max_age_s
        self._lanes = lanes
        self._agent = agent
        self._delivery = delivery
        self._bots = bots
        self._now = now
        self._on_turn_end = on_turn_end

    async def answer(self, claim: Claim) -> dict[str, Any]:
        """One attempt; gives the record of how it ended, as arq's result keeps it."""
        with structlog.contextvars.bound_contextvars(**claim.log_context()):
            log.info("turn_claimed", waited_ms=claim.claimed_ms - claim.message.accepted_ms)
            reached("turn.claimed")
            try:
                return await self._attempt(claim)
            except Fenced:
                log.warning("turn_fenced")
                return {"outcome": "fenced"}
            except asyncio.CancelledError:
                await self._hand_back(claim)
                raise

    async def _attempt(self, claim: Claim) -> dict[str, Any]:
        reply = await self._reply(claim)
        if isinstance(reply, Reply):
            reply = await self._deliver(claim, reply)
        if isinstance(reply, Retry):
            return await self._postpone(claim, reply)
        return await self._settle(claim, reply)

    async def _reply(self, claim: Claim) -> Reply | Retry:
        """The reply that an earlier attempt stored, else the turn's; stored before it is posted."""
        if (verdict := condemned(claim)) is not None:
            return verdict
        if claim.reply is not None:
            return Reply.from_json(claim.reply)
        reply = await self._expired(claim) or await self._turn(claim)
        reached("turn.answered")
        if isinstance(reply, Reply):
            await self._lanes.record(claim, reply=reply.to_json())
            reached("turn.stored")
        return reply

    async def _expired(self, claim: Claim) -> Reply | None:
        """One sentence for all that is too old in this lane, or None: this message is not."""
        now = self._now()
        now_ms = round(now.timestamp() * 1000)
        if not too_old(claim.message.accepted_ms, now_ms, self._max_age_s):
            return None
        waiting = await self._lanes.waiting(claim)
        old = [t for t in waiting if too_old(t.accepted_ms, now_ms, self._max_age_s)]
        return summary([Ticket.of(claim), *old], now.tzinfo or UTC)

    async def _turn(self, claim: Claim) -> Reply | Retry:
        try:
            answer = await self._ask(claim)
        except Exception as error:  # whatever it is, the room gets a sentence
            log.warning("turn_failed", error=type(error).__name__, exc_info=_unexpected(error))
            return classify(error, claim.failures)
        finally:
            self._on_turn_end()
        if answer is None:
            return Reply(parts=(SENTENCES["cancelled"],), ending="cancelled")
        text = answer.text.strip() or SENTENCES["no_text"]
        return Reply(parts=render(text), ending="completed", tier=answer.tier)

    async def _ask(self, claim: Claim) -> Answer | None:
        """The agent's answer; None when somebody stopped the turn. Raises what the agent does."""
        message = claim.message
        words = prompt(message, self._now())
        bot = self._bots[message.bot_id]
        rerun = claim.starts > 1
        turn = asyncio.create_task(self._agent.run_turn(message.lane, bot, words, rerun=rerun))
        with self._cancelling.stoppable(claim.job_id, turn) as stoppable:
            try:
                return await turn
            except asyncio.CancelledError:
                if not stoppable.asked:
                    raise  # a drain: the turn was cancelled with us
                return None

    async def _deliver(self, claim: Claim, reply: Reply) -> Reply | Retry:
        try:
            await self._delivery.deliver(claim, reply.parts)
        except Fenced:
            raise
        except Exception as error:
            log.error("delivery_failed", error=type(error).__name__, exc_info=_unexpected(error))
            if _unexpected(error):
                return undeliverable(error)
            return classify(error, claim.failures)
        return reply

    async def _postpone(self, claim: Claim, retry: Retry) -> dict[str, Any]:
        log.info("turn_postponed", after_s=retry.after_s, reason=retry.reason)
        await self._lanes.postpone(claim, delay_s=retry.after_s, failed=True)
        reached("turn.postponed")
        return {"outcome": "retry", "reason": retry.reason}

    async def _settle(self, claim: Claim, reply: Reply) -> dict[str, Any]:
        for ticket in await self._lanes.waiting(claim) if reply.skipped else ():
            if ticket.job_id in reply.skipped:
                await self._lanes.settle_waiting(ticket, {"outcome": reply.ending, "attempts": 0})
                log.info("turn_settled", **ticket.log_context(), outcome=reply.ending)
        ending = {"outcome": reply.ending, "tier": reply.tier, "attempts": claim.starts}
        if reply.reason:
            ending["reason"] = reply.reason
        reached("turn.settling")
        first = await self._lanes.settle(claim, ending, dead=reply.ending == "dead")
        reached("turn.settled")
        log.info("turn_settled" if first else "turn_settled_before", **ending)
        return ending

    async def _hand_back(self, claim: Claim) -> None:
        """Cancelled by a drain: the message runs again, and no try is used up."""
        log.info("turn_handed_back")
        try:
            await asyncio.shield(self._lanes.postpone(claim, delay_s=0, failed=False))
        except Fenced:
            log.info("turn_already_settled")


def _unexpected(error: Exception) -> bool:
    """A traceback is for bugs; an error of our own tree says all in its name."""
    return not isinstance(error, BotError)
