"""What turns set aside of budgets, in Redis: reserve, note, settle; each in one atomic step."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from redis.asyncio import Redis

from consumer.budgets.lua import BUDGET_SCRIPTS
from consumer.queue.claim import Claim
from consumer.queue.errors import Fenced
from shared.budgets import Counter, Used, used_of
from shared.budgets.counters import UNITS
from shared.keys import Keys
from shared.redis.clock import now_ms
from shared.redis.message_hash import Field
from shared.redis.once import is_first
from shared.redis.outages import despite_outages
from shared.redis.scripts import Scripts

FIRST_TOKENS, FIRST_MICRO_USD = 10_000, 20_000
"""What a turn of a bot is taken to use that has answered nothing yet."""
KEEP = timedelta(days=2)
"""How long a budget is kept when its time is over: no turn takes so long."""
KEEP_MEAN = timedelta(days=90)

ApplyingAt = Callable[[datetime], Sequence[Counter]]
"""The budgets that a turn counts for, should it begin at that time."""


@dataclass(frozen=True, slots=True)
class OutOf:
    """A budget of which nothing is left."""

    counter: Counter
    unit: str
    is_spent: bool = True
    """Used up; else what is left is set aside for turns that run."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """What was set aside for a turn, and of which budgets."""

    counters: Sequence[Counter]
    tokens: int
    micro_usd: int

    @property
    def price(self) -> float:
        """Millionths of a US dollar for a token, where the agent did not tell the cost."""
        return self.micro_usd / self.tokens


@dataclass(frozen=True, slots=True)
class Crossed:
    """A budget that came to the share at which people are warned, or to its end."""

    counter: Counter
    unit: str
    hundredths: int
    """Of it that are used."""


class Reservations:
    """Reserves for a turn what it may use, notes what it uses, settles at its end."""

    def __init__(self, redis: Redis, keys: Keys, *, patience_s: float) -> None:
        """`patience_s`: after how long a turn that said nothing more is taken for dead."""
        self._redis, self._keys = redis, keys
        self._scripts = Scripts(redis, BUDGET_SCRIPTS)
        self._patience_ms = round(patience_s * 1000)

    async def reserve(self, claim: Claim, applying: ApplyingAt, messages: int) -> Reserved | OutOf:
        """Set aside what the turn may need, and count its messages; outlives an outage of Redis.

        Raises Fenced when the claim is lost.
        """
        while True:
            counters = applying(await self.now())
            answer = await self._reserve(claim, counters, messages)
            match answer:
                case [b"reserved", tokens, micro_usd]:
                    return Reserved(counters, int(tokens), int(micro_usd))
                case [b"refused", place, unit, why]:
                    return OutOf(counters[place - 1], unit.decode(), why == b"spent")
                case [b"fenced"]:
                    raise Fenced(claim.job_id)
            # A budget's time was over in between: ask for the next one's.

    async def note(self, claim: Claim, reserved: Reserved, tokens: int) -> Crossed | None:
        """So much the turn has used so far; gives a budget that is used up now.

        Raises redis.RedisError.
        """
        names = [self._keys.budget_turn(claim.job_id)]
        answer = await self._scripts.run("note", names, [claim.token, tokens])
        return next(_threes(answer, reserved), None)

    async def settle(
        self, claim: Claim, reserved: Reserved, tokens: int, micro_usd: int
    ) -> list[Crossed]:
        """The turn has spent this; gives of what people are to be warned. Outlives an outage."""
        keys, bot_id = self._keys, claim.message.bot_id
        names = [keys.budget_turn(claim.job_id), keys.budget_turns, keys.budget_mean(bot_id)]
        keep_s = round(KEEP_MEAN.total_seconds())
        arguments = [claim.job_id, claim.token, tokens, micro_usd, keep_s]
        answer = await self._scripts.run_patiently("settle", names, arguments)
        return list(_threes(answer, reserved))

    async def keep_spent(self, claim: Claim, tokens: int) -> None:
        """An attempt at this message has used so much; outlives an outage of Redis."""
        names = [self._keys.message(claim.job_id)]
        await self._scripts.run_patiently("spent", names, [claim.token, tokens])

    async def spent_before(self, claim: Claim) -> int:
        """What earlier attempts at it have used; outlives an outage of Redis."""
        if claim.starts == 1:
            return 0
        return await despite_outages("budgets", self._spent, claim.job_id)

    async def is_first(self, claim: Claim, person: str, out_of: OutOf, within_ms: int) -> bool:
        """Whether this message is the first in that time to whose writer that is told."""
        name = f"{out_of.counter.key(self._keys)}:{out_of.unit}:{int(out_of.is_spent)}"
        key = self._keys.budget_told(claim.message.bot_id, person, name)
        within = timedelta(milliseconds=within_ms)
        return await despite_outages("budgets", is_first, self._redis, key, claim.job_id, within)

    async def used_of(self, counters: Sequence[Counter]) -> list[Used]:
        """How these budgets stand; raises redis.RedisError."""
        return await used_of(self._redis, self._keys, counters)

    async def now(self) -> datetime:
        """Redis' clock, the one that all consumers share; outlives an outage."""
        return datetime.fromtimestamp(
            await despite_outages("budgets", now_ms, self._redis) / 1000, UTC
        )

    async def _spent(self, job_id: str) -> int:
        asked = self._redis.hget(self._keys.message(job_id), Field.SPENT)
        return int(await cast(Awaitable[bytes | None], asked) or 0)

    async def _reserve(
        self, claim: Claim, counters: Sequence[Counter], messages: int
    ) -> Sequence[Any]:
        keys, job_id, bot_id = self._keys, claim.job_id, claim.message.bot_id
        names = [
            keys.message(job_id),
            keys.budget_turns,
            keys.budget_turn(job_id),
            keys.budget_mean(bot_id),
            keys.budgets(bot_id),
            *(counter.key(keys) for counter in counters),
        ]
        arguments: list[Any] = [job_id, claim.token, self._patience_ms, messages]
        arguments += [keys.budget_turn_prefix, FIRST_TOKENS, FIRST_MICRO_USD]
        arguments.append(round(KEEP.total_seconds() * 1000))
        for counter in counters:
            arguments += [counter.ends_ms, round(counter.warn_at * 1000)]
            arguments += [counter.limits.get(unit, "") for unit in UNITS]
        answer: Sequence[Any] = await self._scripts.run_patiently("reserve", names, arguments)
        return answer


def _threes(answer: Sequence[Any], reserved: Reserved) -> Iterator[Crossed]:
    for place, unit, used in zip(answer[::3], answer[1::3], answer[2::3], strict=True):
        yield Crossed(reserved.counters[int(place) - 1], unit.decode(), int(used))
