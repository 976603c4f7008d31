"""Approvals and budgets: calls that wait for a person's yes, and what was used of each budget."""

import time
from dataclasses import dataclass
from typing import Self

from ingress.operator.page.views.view import Looking, Values, View
from shared.approvals import Request, Requests, visible
from shared.budgets import Used, used_by
from shared.keys import plain

MOST_ENDED = 10
"""Of a bot, the newest."""
MOST_BUDGETS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A request as it is shown: who asked by number, and no input but on demand."""

    bot_id: str
    number: int
    room_id: int
    room: str | None
    tool: str
    state: str
    why: str
    at_ms: int
    expires_ms: int
    asker_id: int
    approvers: tuple[int, ...]
    by: int | None
    job: str
    input: str | None = None

    @classmethod
    def of(cls, request: Request, *, with_input: bool = False) -> Self:
        """The row of a request on record."""
        return cls(
            bot_id=request.bot_id,
            number=request.number,
            room_id=request.room_id,
            room=request.room_name,
            tool=request.tool,
            state=request.state,
            why=request.why,
            at_ms=request.at_ms,
            expires_ms=request.expires_ms,
            asker_id=request.asker_id,
            approvers=request.approvers,
            by=request.by,
            job=plain(request.job_id),
            input=visible(request.input) if with_input else None,
        )


@dataclass(frozen=True, slots=True)
class Bar:
    """A budget, and how much of it is used up: of its units the one that is nearest to its end."""

    budget: Used
    unit: str
    used: int
    limit: int

    @property
    def share(self) -> int:
        """Hundredths, up to 100."""
        return min(100, round(100 * self.used / self.limit)) if self.limit else 0

    @classmethod
    def of(cls, budget: Used) -> Self:
        """The bar of a budget as it stands."""
        limits = budget.limits or {"micro_usd": 0}
        total = {unit: budget.spent[unit] + budget.running[unit] for unit in limits}
        unit = max(limits, key=lambda it: total[it] / limits[it] if limits[it] else 0)
        return cls(budget, unit, total[unit], limits[unit])


async def _read(looking: Looking) -> Values:
    parts = looking.parts
    requests, bots = Requests(parts.redis, parts.keys), list(parts.access.roster)
    waiting = [it for bot in bots for it in await requests.waiting(bot)]
    kept = [it for bot in bots for it in await requests.kept(bot, MOST_ENDED)]
    open_ones = {(it.bot_id, it.number) for it in waiting}
    ended = [it for it in kept if (it.bot_id, it.number) not in open_ones]
    now_ms = time.time_ns() // 1_000_000
    used = [it for bot in bots for it in await used_by(parts.redis, parts.keys, bot, now_ms)]
    return {
        "budgets": [Bar.of(it) for it in used[:MOST_BUDGETS]],
        "waiting": [Row.of(it) for it in sorted(waiting, key=lambda it: it.expires_ms)],
        "ended": [Row.of(it) for it in sorted(ended, key=lambda it: -it.at_ms)],
        "at": time.time(),
    }


async def _read_one(looking: Looking) -> Values:
    parts, number = looking.parts, looking.number("number") or 0
    found = await Requests(parts.redis, parts.keys).of(looking.asked("bot") or "", number)
    row = Row.of(found, with_input=looking.may_read) if found else None
    return {"row": row, "at": time.time()}


APPROVALS = View("approvals", _read, ("waiting", "budgets", "ended"))
APPROVAL = View("approval", _read_one, below="approvals")
