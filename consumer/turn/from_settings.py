"""Builds the way of a message as the settings say."""

from collections.abc import Awaitable, Callable, Sequence

from consumer.addressing.addressing import Addressing
from consumer.addressing.between import Between
from consumer.admission import Admission
from consumer.briefing.briefed import Briefed
from consumer.briefing.briefing import Briefing
from consumer.briefing.foreign_bots import ForeignBots
from consumer.briefing.noted import Noted
from consumer.budgets.from_settings import budgets_from_settings
from consumer.campfire_tools.acts.acting import Acting
from consumer.campfire_tools.toolbox import can_here
from consumer.control_words.control_words import ControlWords
from consumer.control_words.on_time import OnTime
from consumer.control_words.requests import RequestWords
from consumer.control_words.sessions import Sessions
from consumer.foundation import Foundation
from consumer.live.broadcast import Broadcast
from consumer.notes.notes import Notes
from consumer.on_time.from_settings import OnTimeParts
from consumer.on_time.reminding import Reminding
from consumer.on_time.told_now import ToldNow
from consumer.outbox.outbox import Outbox
from consumer.posting.poster import Poster
from consumer.progress.signs_of_life import SignsOfLife
from consumer.turn.agent import Agent
from consumer.turn.agent_replies import AgentReplies
from consumer.turn.answering import Answering
from consumer.turn.approved import ApprovedTurns
from consumer.turn.collecting import Collecting
from consumer.turn.pipeline import Pipeline
from consumer.turn.skipping import Skipping
from shared.bots import Bot
from shared.on_time import Zones
from shared.operating.pauses import Pause, past_pauses
from shared.redis.outages import despite_outages


def pipeline_from_settings(
    base: Foundation,
    agent_replies: AgentReplies,
    sessions: Sessions,
    poster: Poster,
    signs_of_life: SignsOfLife,
    live: Broadcast,
    on_time: OnTimeParts,
    outbox: Outbox,
    *,
    opens_files: Callable[[Bot], bool],
) -> Pipeline:
    """The pipeline around `agent_replies`; `sessions` is what control words ask of.

    `opens_files`: whether a bot's agent has a tool for what people post.
    """
    admission = Admission(base.redis, base.keys, base.roster, base.sentences, base.audit)
    skipping = _skipping(base, admission, on_time.reminding)
    answering = Answering(
        agent_replies,
        _control_words(base, sessions, admission, on_time, outbox, opens_files),
        skipping,
        on_time.reminding,
        ApprovedTurns(base.approvals, base.roster, base.audit),
        base.sentences,
    )
    return Pipeline(
        base.queue.lanes,
        answering,
        poster,
        skipping,
        signs_of_life,
        live,
        on_reminders=on_time.clock.kept,
    )


def replies_from_settings(
    base: Foundation,
    agent: Agent,
    outbox: Outbox,
    acting: Acting,
    zones: Zones,
    *,
    opens_files: Callable[[Bot], bool],
    on_turn_end: Callable[[], None],
) -> AgentReplies:
    """An agent's replies; `opens_files`: whether a bot's has a tool for what people post."""
    lines = base.queue.lanes.lines
    briefing = Briefing(
        base.campfire,
        lines,
        Briefed(base.redis, base.keys),
        ForeignBots(base.redis, base.keys),
        base.mentions,
        base.roster,
        Noted(Notes(base.redis, base.keys)),
        lambda: base.now().tzinfo,
        opens_files,
    )
    between = Between(base.campfire, lines, base.roster, clock=base.queue.lanes.time.now_s)
    return AgentReplies(
        agent,
        base.roster,
        base.queue.cancelling,
        Collecting(lines, base.roster, base.settings.busy, now=base.now),
        briefing,
        Addressing(between, base.roster, base.sentences, now=base.now),
        base.sentences,
        outbox,
        acting,
        budgets_from_settings(base),
        now=base.now,
        told_now=ToldNow(zones, base.now),
        turn_timeout_s=base.settings.turn_timeout_seconds,
        on_turn_end=on_turn_end,
    )


def _control_words(
    base: Foundation,
    sessions: Sessions,
    admission: Admission,
    on_time: OnTimeParts,
    outbox: Outbox,
    opens_files: Callable[[Bot], bool],
) -> ControlWords:
    requests = RequestWords(base.approvals, base.roster, base.sentences, base.audit, outbox.keep)
    return ControlWords(
        base.queue.lanes,
        base.queue.cancelling,
        sessions,
        Briefed(base.redis, base.keys),
        admission,
        base.roster,
        base.sentences,
        Notes(base.redis, base.keys),
        OnTime(on_time.reminders, on_time.zones, base.roster, base.sentences, base.now),
        requests,
        now=base.now,
        also_told=base.knowledge.lines,
        as_it_is=_as_it_is(base, opens_files),
        budgets=budgets_from_settings(base).told,
        audit=base.audit,
    )


def _as_it_is(
    base: Foundation, opens_files: Callable[[Bot], bool]
) -> Callable[[Bot], Awaitable[Bot]]:
    """A bot without what its file grants and neither its agent nor this Campfire can do."""

    async def able(bot: Bot) -> Bot:
        await base.campfire.probe()
        files = bot.files if opens_files(bot) else None
        there = can_here(bot.campfire, base.campfire.known_offers)
        return bot.model_copy(update={"files": files, "campfire": there})

    return able


def _skipping(base: Foundation, admission: Admission, reminding: Reminding) -> Skipping:
    return Skipping(
        base.queue.lanes.lines,
        admission,
        reminding,
        base.roster,
        base.sentences,
        max_age_s=base.settings.message_max_age_minutes * 60,
        pauses=_pauses(base),
        now=base.now,
    )


def _pauses(base: Foundation) -> Callable[[], Awaitable[Sequence[Pause]]]:
    async def known() -> Sequence[Pause]:
        return await despite_outages("pauses", past_pauses, base.redis, base.keys)

    return known
