"""A turn begins where something is left of each budget that it counts for; its end pays."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import structlog

from consumer.agent import UNMETERED
from consumer.budgets.allowed import Allowed, Counted
from consumer.budgets.meter import TurnMeter, nowhere
from consumer.budgets.reservations import ApplyingAt, OutOf, Reservations, Reserved
from consumer.budgets.telling import Telling
from consumer.names import name_html
from consumer.outcome.outcome import Reply
from consumer.queue.claim import Claim
from consumer.reading import LONGEST_HTML, Known, as_written
from shared.audit import Audit, entry_of
from shared.bots import Bot, Roster
from shared.budgets import Counter, applying
from shared.budgets.periods import zone_of
from shared.catalogue import Catalogue
from shared.inbound import InboundMessage
from shared.kill_points import reached

REFUSED = "refused"
"""The reason of an ending without a turn; consumer.progress has a sign for it."""
SOON_MS = 60_000
"""Who has to wait for turns that run is told again after a minute."""

log = structlog.get_logger()


class Budgets:
    """Asks the bot's file, and keeps what its turns use."""

    def __init__(
        self,
        reservations: Reservations,
        roster: Roster,
        sentences: Catalogue,
        audit: Audit,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """`now`: in the zone of bots that name none."""
        self._reservations, self._roster, self._sentences = reservations, roster, sentences
        self._audit, self._now = audit, now

    async def begin(self, claim: Claim) -> "Allowed | Reply":
        """The turn of a message, and of those collected into it; or why it has none."""
        bot = self._roster[claim.message.bot_id]
        if bot.budgets is None:
            return Allowed(claim, UNMETERED)
        telling = self._telling(claim, bot)
        known = Known(self._roster.user_id(bot.id), bot.name)
        if (long := _too_long(claim, bot, known)) is not None:
            await self._refused(claim, "length")
            told = telling.too_long(*long)
            return Reply(parts=(told,), ending="ignored", reason=REFUSED, detail="length")
        most = bot.budgets.turn.tokens if bot.budgets.turn else None
        if (
            most is not None
        ):  # of all attempts; the one that finds nothing left ends at its first use
            most = max(1, most - await self._reservations.spent_before(claim))
        reserved = await self._reserved(claim, bot)
        if isinstance(reserved, OutOf):
            return await self._told(claim, telling, reserved)
        reached("budget.reserved")
        note = partial(self._reservations.note, claim, reserved) if reserved else nowhere
        return Counted(claim, TurnMeter(most, note), reserved, self._reservations, telling, bot)

    async def told(self, claim: Claim) -> list[str]:
        """How all that this message would count for stands, as HTML. Raises redis.RedisError."""
        bot = self._roster[claim.message.bot_id]
        if bot.budgets is None:
            return []
        counters = self._applying(claim, bot)(await self._reservations.now())
        telling = self._telling(claim, bot)
        used = await self._reservations.used_of(counters)
        return [telling.state(*it) for it in zip(counters, used, strict=True)]

    async def _reserved(self, claim: Claim, bot: Bot) -> Reserved | OutOf | None:
        """None: it counts for none but that of the turn itself."""
        message, at = claim.message, self._applying(claim, bot)
        if not at(self._now()):
            return None
        messages = len(claim.said or (message,)) if claim.starts == 1 else 0
        return await self._reservations.reserve(claim, at, messages)

    def _applying(self, claim: Claim, bot: Bot) -> ApplyingAt:
        message, zone = claim.message, zone_of(bot, self._now().tzinfo)

        def at(now: datetime) -> Sequence[Counter]:
            local = now.astimezone(zone)
            person, unattended = message.user_id, message.is_unattended
            return applying(bot, message.room_id, person, local, unattended=unattended)

        return at

    async def _told(self, claim: Claim, telling: Telling, out_of: OutOf) -> Reply:
        """Each person once in the budget's time; then there is a sign."""
        what = f"{out_of.counter.scope} {out_of.unit}"
        await self._refused(claim, what)
        now_ms = round(self._now().timestamp() * 1000)
        within_ms = max(1, out_of.counter.ends_ms - now_ms) if out_of.is_spent else SOON_MS
        person = str(claim.message.user_id)
        first = not claim.message.from_bot and await self._reservations.is_first(
            claim, person, out_of, within_ms
        )
        parts = (telling.refusal(out_of),) if first else ()
        return Reply(parts=parts, ending="ignored", reason=REFUSED, detail=f"budget {what}")

    async def _refused(self, claim: Claim, what: str) -> None:
        log.info("over_budget", what=what)
        detail = f"budget {what}"
        entry = entry_of(claim.message, claim.job_id, what="refused", detail=detail)
        await self._audit.note(entry)

    def _telling(self, claim: Claim, bot: Bot) -> Telling:
        now = self._now()
        person = name_html(claim.message.user_name, self._sentences)
        return Telling(self._sentences, person, now.astimezone(zone_of(bot, now.tzinfo)))


def _too_long(claim: Claim, bot: Bot, known: Known) -> tuple[int, int] | None:
    """How long a message is, and how long it may be; None where each is short enough."""
    bound = bot.budgets.message if bot.budgets else None
    if bound is None:
        return None
    messages = [message for _, message in claim.said] or [claim.message]
    longest = max(_length(message, known) for message in messages)
    return (longest, bound.characters) if longest > bound.characters else None


def _length(message: InboundMessage, known: Known) -> int:
    """Of what is read of it: addresses behind its words too, not the call that it begins with."""
    html, text = message.html or "", message.text
    if message.is_file or not html or len(html) > LONGEST_HTML:
        return len(text)
    return max(len(text), len(as_written(html, known)))
