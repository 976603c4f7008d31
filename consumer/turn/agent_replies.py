"""Has the agent answer a message: one turn of the agent's, which gives a reply or a retry."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from time import monotonic

import structlog

from consumer import instruments
from consumer.addressing.addressing import Addressing
from consumer.agent import BudgetReached, OnEvent, ServersMissing, TurnEvent
from consumer.briefing.brief import Brief
from consumer.briefing.briefing import AskedByBot, Briefing
from consumer.briefing.content import content_of
from consumer.briefing.prompt import prompt
from consumer.budgets.allowed import Allowed
from consumer.budgets.budgets import Budgets
from consumer.cage.bounds import CommandEnded
from consumer.campfire_tools.acts.acting import Acting
from consumer.mcp.board import Missing
from consumer.on_time.told_now import ToldNow
from consumer.outbox.outbox import Outbox, Taken
from consumer.outcome.classify import classify
from consumer.outcome.outcome import Reply, Retry
from consumer.queue.cancellation.cancelling import QUIETLY, Attempt, Cancelling
from consumer.queue.claim import Claim
from consumer.turn.additions import Additions
from consumer.turn.agent import Agent, Answer
from consumer.turn.asking import asking_of
from consumer.turn.collecting import Collecting
from consumer.turn.missing_servers import Outages
from consumer.turn.writing import Writing
from shared.bots import Bot, Roster
from shared.catalogue import Catalogue
from shared.errors import AgentError, is_bug
from shared.keys import plain

log = structlog.get_logger()


class AgentReplies:
    """Makes replies to messages by way of the agent; never raises but for cancellation."""

    def __init__(
        self,
        agent: Agent,
        bots: Roster,
        cancelling: Cancelling,
        collecting: Collecting,
        briefing: Briefing,
        addressing: Addressing,
        sentences: Catalogue,
        outbox: Outbox,
        acting: Acting,
        budgets: Budgets,
        *,
        turn_timeout_s: float,
        now: Callable[[], datetime],
        told_now: ToldNow,
        on_turn_end: Callable[[], None] = lambda: None,
    ) -> None:
        self._agent = agent
        self._bots = bots
        self._cancelling = cancelling
        self._collecting = collecting
        self._briefing = briefing
        self._addressing = addressing
        self._sentences = sentences
        self._outbox = outbox
        self._acting = acting
        self._budgets = budgets
        self._turn_timeout_s = turn_timeout_s
        self._told_now = told_now
        self._on_turn_end = on_turn_end
        self._outages = Outages()
        self._writing = Writing(addressing, sentences, outbox)
        self._additions = Additions(sentences, now)

    async def reply(self, claim: Claim, on_event: OnEvent) -> Reply | Retry:
        """What becomes of the message, and of those behind it that are part of its turn.

        `on_event` is told what happens meanwhile. All attempts at it together have the time of
        one turn: the lane waits no longer.
        """
        async with self._briefing.of(claim) as brief:  # its look goes on beside all of this
            turn = await self._collecting.turn_of(claim)
            begun = await self._budgets.begin(turn.claim)
            if isinstance(begun, Reply):
                reply: Reply | Retry = begun
            else:
                reply = await self._metered(begun, brief, on_event)
        if isinstance(reply, Retry) or not turn.job_ids:
            return reply
        log.info("messages_collected", further=len(turn.job_ids))
        return replace(reply, skipped=turn.job_ids)

    def stored(self, claim: Claim) -> None:
        """Note that the reply is stored: it cannot get lost any more."""
        self._briefing.remember(claim.message.lane)
        self._addressing.answered(claim)

    async def _metered(self, begun: Allowed, brief: Brief, on_event: OnEvent) -> Reply | Retry:
        try:
            reply = await self._attempt(begun, brief, on_event)
        finally:
            await begun.end()
        return begun.with_warnings(reply)

    async def _attempt(self, begun: Allowed, brief: Brief, on_event: OnEvent) -> Reply | Retry:
        claim = begun.claim
        deadline = monotonic() + self._turn_timeout_s - claim.used_s
        brief.begins(claim)
        try:
            return await self._turn(begun, brief, on_event, deadline)
        except AskedByBot as error:
            return Reply(parts=(), ending="ignored", reason=type(error).__name__)
        except BudgetReached as error:
            told = begun.why_stopped()
            return Reply(parts=(told,), ending="failed", reason=type(error).__name__)
        except Exception as error:  # whatever it is, the room gets a sentence
            if isinstance(error, AgentError):
                instruments.model_failed(claim.message.bot_id, type(error).__name__)
            log.warning(
                "turn_failed",
                error=type(error).__name__,
                detail=getattr(error, "detail", ""),
                exc_info=is_bug(error),
            )
            left_s = deadline - monotonic()
            ending = classify(error, claim.failures, self._sentences, left_s=left_s)
            return ending if isinstance(ending, Retry) else await self._named(claim, brief, ending)
        finally:
            self._on_turn_end()

    async def _turn(
        self, begun: Allowed, brief: Brief, on_event: OnEvent, deadline: float
    ) -> Reply:
        claim = begun.claim
        bot = self._bots.in_lane(claim.message.lane)
        since_ns = await self._began_ns(bot)
        ended: list[CommandEnded] = []
        missing: list[Missing] = []

        def on_any(event: TurnEvent) -> None:
            if isinstance(event, CommandEnded):
                ended.append(event)
            elif isinstance(event, ServersMissing):
                missing.extend(event.servers)
            on_event(event)

        with self._acting.of(claim) as acts:
            answer = await self._ask(begun, bot, brief, on_any, deadline)
        if isinstance(answer, Reply):
            return await self._named(claim, brief, answer)
        brief.taken_in()
        news = self._outages.news(claim.message.lane, missing)
        told = self._additions.told(claim.message, ended, news, begun.why_stopped())
        noted = self._additions.noted(bot, acts.notes, acts.reminders)
        who = await brief.mentionable()
        reply = await self._writing.answered(claim, answer, since_ns, who, told, noted)
        return replace(reply, notes=tuple(acts.notes), reminders=tuple(acts.reminders))

    async def _named(self, claim: Claim, brief: Brief, reply: Reply) -> Reply:
        """A sentence of our own in an answer's place says whose it is as an answer does."""
        if not reply.parts:
            return reply
        try:
            who = await brief.mentionable()
            address = await self._addressing.of(claim, who, "")
        except Exception as error:  # the sentence comes first, whatever is wrong with its address
            log.warning("reply_not_named", error=type(error).__name__, exc_info=True)
            return reply
        if not (address.quote or address.name):
            return reply
        (sentence,) = reply.parts
        in_room, edit = await self._writing.shown(claim, sentence, who, address, Taken())
        return replace(reply, parts=in_room.parts, edit=edit)

    async def _began_ns(self, bot: Bot) -> int | None:
        """When the turn began, by the outbox's clock; None where nothing can be in an outbox."""
        if not bot.tools:
            return None  # it cannot write: asking the disk would only keep people waiting
        return await asyncio.to_thread(self._outbox.now_ns)

    async def _ask(
        self, begun: Allowed, bot: Bot, brief: Brief, on_event: OnEvent, deadline: float
    ) -> Answer | Reply:
        """The agent's answer, or the reply of a stopped turn; raises what the agent does."""
        claim, message = begun.claim, begun.claim.message
        running = self._agent.run_turn(
            message.lane,
            bot,
            self._prompt(claim, bot, brief, await self._told_now(message, bot)),
            on_event=on_event,
            brief=brief,
            get_asking=partial(asking_of, claim, bot, brief),
            job=plain(claim.job_id),
            within_s=max(0.0, deadline - monotonic()),
            meter=begun.meter,
        )
        turn = asyncio.create_task(running)
        with self._cancelling.stoppable(claim.job_id, turn) as stoppable:
            try:
                return await turn
            except asyncio.CancelledError:
                if not stoppable.asked:
                    raise  # a drain: the turn was cancelled with us
                return self._stopped(stoppable)

    def _stopped(self, attempt: Attempt) -> Reply:
        if attempt.quietly:
            return Reply(parts=(), ending="cancelled", reason=QUIETLY)
        return Reply(parts=(self._sentences.say("cancelled"),), ending="cancelled")

    def _prompt(self, claim: Claim, bot: Bot, brief: Brief, now: datetime) -> str:
        known = brief.known
        said = [(at, content_of(message, known)) for at, message in claim.said]
        content = content_of(claim.message, known)
        events = bot.events
        return prompt(
            *(claim.message, content, now, brief.boundary, said),
            opens_files=brief.opens_files,
            instructions=events.instructions if events is not None else None,
            request=claim.approved,
        )
