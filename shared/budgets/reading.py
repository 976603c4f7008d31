"""What was used of budgets, to be shown: by control words, by commands, on an operator's page."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from shared.budgets.counters import UNITS, Counter
from shared.keys import Keys
from shared.numbers import whole_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """One budget as it stands. Amounts by unit: `tokens`, `micro_usd`, `messages`."""

    bot_id: str
    scope: str
    subject: str
    per: str
    begins_s: int
    ends_ms: int
    spent: Mapping[str, int]
    running: Mapping[str, int]
    """What turns that run now have used so far, as far as it is known."""
    limits: Mapping[str, int]
    """Bounds, only of what is bounded."""


async def used_by(redis: Redis, keys: Keys, bot_id: str, now_ms: int) -> list[Used]:
    """How the bot's budgets stand of which anything was used in the time that they are in.

    Those that begin anew soonest come first. Raises redis.RedisError.
    """
    index = keys.budgets(bot_id)
    found = await redis.zrangebyscore(index, f"({now_ms}", "+inf", withscores=True)
    names = [(name.decode(), int(ends)) for name, ends in found]
    rows = await _rows(redis, [name for name, _ in names])
    return [_used(name, ends, row) for (name, ends), row in zip(names, rows, strict=True) if row]


async def used_of(redis: Redis, keys: Keys, counters: Sequence[Counter]) -> list[Used]:
    """How these budgets stand; of some nothing may have been used. Raises redis.RedisError."""
    names = [counter.key(keys) for counter in counters]
    rows = await _rows(redis, names)
    return [
        _used(name, counter.ends_ms, row or {}, counter.limits)
        for name, row, counter in zip(names, rows, counters, strict=True)
    ]


async def _rows(redis: Redis, names: Sequence[str]) -> list[dict[str, int]]:
    async with redis.pipeline(transaction=False) as pipe:
        for name in names:
            await cast(Awaitable[object], pipe.hgetall(name))
        rows = await pipe.execute()
    return [
        {name.decode(): whole_number(value) or 0 for name, value in row.items()} for row in rows
    ]


def _used(
    name: str, ends_ms: int, row: Mapping[str, int], limits: Mapping[str, int] | None = None
) -> Used:
    bot_id, scope, subject, per, begins_s = name.rsplit(":", 5)[1:]
    return Used(
        bot_id=bot_id,
        scope=scope,
        subject=subject,
        per=per,
        begins_s=int(begins_s),
        ends_ms=ends_ms,
        spent={unit: row.get(unit, 0) for unit in UNITS},
        running={unit: row.get(f"running_{unit}", 0) for unit in UNITS},
        limits=limits if limits is not None else _limits(row),
    )


def _limits(row: Mapping[str, int]) -> dict[str, int]:
    return {unit: row[f"limit_{unit}"] for unit in UNITS if row.get(f"limit_{unit}")}
