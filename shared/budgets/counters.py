"""The budgets that a turn counts for, each with the time that it is now in. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from shared.bots import Bot
from shared.bots.sections.budgets import SCOPES, Budget, Per, Scope
from shared.budgets.periods import period
from shared.keys import Keys

NOBODY_KNOWN = "unknown"
"""All whom Campfire gives no id share one budget."""
MICRO = 1_000_000
"""Millionths of a US dollar: whole numbers do not drift."""
UNITS = ("tokens", "micro_usd", "messages")
"""What budgets are counted in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A budget of somebody's, in one of its times."""

    bot_id: str
    scope: Scope
    subject: str
    """A room's number, a person's; empty for the bot itself."""
    budget: Budget
    begins: datetime
    ends: datetime
    warn_at: float

    def key(self, keys: Keys) -> str:
        """The key under which it is counted."""
        begins_s = round(self.begins.timestamp())
        return keys.budget(self.bot_id, self.scope, self.subject, self.budget.per, begins_s)

    @property
    def per(self) -> Per:
        """After how long it begins anew."""
        return self.budget.per

    @property
    def ends_ms(self) -> int:
        """When it begins anew, since the epoch."""
        return round(self.ends.timestamp() * 1000)

    @property
    def limits(self) -> dict[str, int]:
        """How much of each unit may be used, by the names under which they are counted."""
        budget = self.budget
        micro_usd = None if budget.usd is None else max(1, round(budget.usd * MICRO))
        all_of_it = {
            "tokens": budget.tokens,
            "micro_usd": micro_usd,
            "messages": budget.messages,
        }
        return {unit: limit for unit, limit in all_of_it.items() if limit is not None}


def applying(
    bot: Bot, room_id: int, person: int | None, now: datetime, *, unattended: bool = False
) -> tuple[Counter, ...]:
    """The budgets that a turn counts for: the person's first, the bot's last.

    `now`: in the zone whose midnight counts. What nobody asked for counts for the bot and the room.
    """
    subjects: dict[Scope, str] = {"room": str(room_id), "bot": ""}
    if not unattended:
        subjects["person"] = NOBODY_KNOWN if person is None else str(person)
    return tuple(_applying(bot, subjects, now))


def _applying(bot: Bot, subjects: dict[Scope, str], now: datetime) -> Iterator[Counter]:
    if bot.budgets is None:
        return
    for scope in (it for it in SCOPES if it in subjects):
        for budget in bot.budgets.of(scope):
            begins, ends = period(budget.per, now)
            yield Counter(
                bot_id=bot.id,
                scope=scope,
                subject=subjects[scope],
                budget=budget,
                begins=begins,
                ends=ends,
                warn_at=bot.budgets.warn_at,
            )
