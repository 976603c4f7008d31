"""Ends messages without a turn: not to be answered, too old, or those that crashed us too often."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog

from consumer.admission import Admission
from consumer.local_time import clock, zone_in_words
from consumer.names import names_html
from consumer.on_time.lateness import said_missed
from consumer.on_time.reminding import Reminding
from consumer.outcome.outcome import Reply
from consumer.queue.claim import Claim
from consumer.queue.lines import Lines
from consumer.queue.ticket import Ticket
from shared.bots import Roster
from shared.catalogue import Catalogue
from shared.lane import Lane
from shared.operating.pauses import Pause, stood_still_at, stood_still_ms

MAX_CRASHES = 3

BOT_GONE = Reply(parts=(), ending="dead", reason="bot_gone")
"""The bot has no file or no key any more: nobody can answer in its name, the operator is told."""


log = structlog.get_logger()


class Skipping:
    """Says of a claimed message whether it gets a turn; None: it does."""

    def __init__(
        self,
        lines: Lines,
        admission: Admission,
        reminding: Reminding,
        roster: Roster,
        sentences: Catalogue,
        *,
        max_age_s: float,
        pauses: Callable[[], Awaitable[Sequence[Pause]]],
        now: Callable[[], datetime],
    ) -> None:
        self._lines, self._admission, self._reminding = lines, admission, reminding
        self._roster, self._sentences = roster, sentences
        self._max_age_s, self._pauses, self._now = max_age_s, pauses, now

    async def gone(self, claim: Claim) -> Reply | None:
        """The end of a message to a bot that takes no part any more; logged."""
        if not self._roster.takes_part(claim.message.bot_id):
            await self._roster.look()  # the web process may have seen a new bot's file before us
        if self._roster.takes_part(claim.message.bot_id):
            return None
        log.error("bot_gone")
        return BOT_GONE

    def condemned(self, claim: Claim) -> Reply | None:
        """The end of a message that took the consumer down too often."""
        return condemned(claim, self._sentences)

    async def no_turn(self, claim: Claim) -> Reply | None:
        """The end of a message that is not answered, or too old to be."""
        if (refused := await self._admission.refused(claim)) is not None:
            return refused
        if claim.message.firing is not None:
            return await self._reminding.missed(claim) or await self._came_in_a_pause(claim)
        return await self.expired(claim)

    async def _came_in_a_pause(self, claim: Claim) -> Reply | None:
        """The end of a schedule's times that came while its lane stood still: one sentence for all
        that wait. A reminder is somebody's, and comes late."""
        message, lane = claim.message, claim.message.lane
        if message.firing is None or not (message.about or "").startswith("schedule"):
            return None
        known = await self._pauses()
        if not stood_still_at(lane, known, message.accepted_ms):
            return None
        more = [
            ticket
            for ticket in await self._lines.waiting(claim)
            if (ticket.origin, ticket.user_name) == ("schedule", message.user_name)
            and stood_still_at(lane, known, ticket.accepted_ms)
        ]
        last_ms = more[-1].accepted_ms if more else message.accepted_ms
        since_ms = message.firing.since_ms or (message.accepted_ms if more else None)
        times = {"times": message.firing.times + len(more), "since_ms": since_ms}
        firing = message.firing.model_copy(update=times)
        all_of_them = message.model_copy(update={"accepted_ms": last_ms, "firing": firing})
        told = said_missed(all_of_them, "", self._now(), self._sentences)
        skipped = tuple(ticket.job_id for ticket in more)
        return Reply(parts=(told,), ending="expired", reason="paused", skipped=skipped)

    async def expired(self, claim: Claim) -> Reply | None:
        """One sentence for all that is too old in this lane, where this message is."""
        now = self._now()
        now_ms = round(now.timestamp() * 1000)
        if not too_old(claim.message.accepted_ms, now_ms, self._max_age_s):
            return None
        # Only then is it asked for how long its lane stood still.
        known, lane = await self._pauses(), claim.message.lane
        if not self._expired(claim.message.accepted_ms, lane, known, now_ms):
            return None
        waiting = await self._lines.waiting(claim)
        said = [
            ticket for ticket in waiting if ticket.origin != "schedule"
        ]  # times have an age of their own
        old = [t for t in said if self._expired(t.accepted_ms, lane, known, now_ms)]
        return summary([Ticket.of(claim), *old], now, self._sentences)

    def _expired(self, at_ms: int, lane: Lane, known: Sequence[Pause], now_ms: int) -> bool:
        still_ms = stood_still_ms(lane, known, at_ms, now_ms)
        return too_old(at_ms + still_ms, now_ms, self._max_age_s)


def condemned(claim: Claim, sentences: Catalogue) -> Reply | None:
    """The end of a message that took the consumer down three times, the last time alone.

    What merely ran beside it is not condemned: it ran alone next, and ended (reclaim.lua).
    """
    if claim.crashes < MAX_CRASHES or not claim.alone:
        return None
    if claim.reply is not None:
        # It answered, and posting the answer kills: say nothing more, tell the operator.
        return Reply(parts=(), ending="dead", reason="crashed_posting")
    return Reply(parts=(sentences.say("crashed"),), ending="dead", reason="crashed")


def too_old(accepted_ms: int, now_ms: int, max_age_s: float) -> bool:
    """Whether a message has waited so long that nobody expects its answer any more."""
    return now_ms - accepted_ms > max_age_s * 1000


def summary(skipped: Sequence[Ticket], now: datetime, sentences: Catalogue) -> Reply:
    """One sentence for all messages of a lane that are not answered; the first is the claim's.

    Its times are in the zone of `now`.
    """
    times = [datetime.fromtimestamp(ticket.accepted_ms / 1000, now.tzinfo) for ticket in skipped]
    sentence = sentences.say(
        "expired.one" if len(skipped) == 1 else "expired.many",
        count=len(skipped),
        people=names_html((ticket.user_name for ticket in skipped), sentences),
        first=clock(min(times), now),
        last=clock(max(times), now),
        zone=zone_in_words(now),
    )
    return Reply(
        parts=(sentence,),
        ending="expired",
        skipped=tuple(ticket.job_id for ticket in skipped[1:]),
    )
