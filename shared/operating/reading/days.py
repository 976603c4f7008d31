"""What was done in a day, from the counts that settle.lua keeps."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Awaitable, Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

from redis.asyncio import Redis

from shared.keys import Keys
from shared.operating.now import Day

CLASSES_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600)
"""Upper bounds of the classes that times are counted in; what took longer is in one more."""
KEPT_S = 8 * 24 * 3600
"""So long the counts of a day are kept; anew whenever something is counted for the first time."""
TURNED_AWAY = "turned-away"
_OUTCOME, _WAITED, _TOOK, _ENDED = "outcome", "waited", "took", "ended"
_SUMS = ("input_tokens", "output_tokens", "micro_usd")


def utc_day(now_ms: int) -> str:
    """The day of a time: `2026-11-28`, in UTC."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).date().isoformat()


def class_of(seconds: float) -> int:
    """The number of the class of a time."""
    return bisect_left(CLASSES_S, seconds)


def outcome_name(outcome: str) -> str:
    """What counts the messages of a bot that ended so without a turn."""
    return f"{_OUTCOME}:{outcome}"


def ended_name(outcome: str, waited: int, took: int) -> str:
    """The same of those that had one: how they ended and the classes of both times, in one name,
    so that one command counts all three."""
    return f"{_ENDED}:{outcome}:{waited}:{took}"


async def day_of(redis: Redis, keys: Keys, day: str) -> tuple[Day, tuple[Day, ...]]:
    """What one day has of all bots together, and of each; raises RedisError."""
    stored = await cast(Awaitable[dict[bytes, bytes]], redis.hgetall(keys.day(day)))
    counts = {name.decode(): int(value) for name, value in stored.items()}
    bots = sorted({name.partition(":")[0] for name in counts})
    each = {bot: _one_by_one(_below(bot, counts)) for bot in bots}
    return _day(None, _sum(list(each.values()))), tuple(_day(bot, each[bot]) for bot in bots)


def _one_by_one(counts: Mapping[str, int]) -> Counter[str]:
    """What was counted together, each for itself; an older release counted it so."""
    found = Counter[str]()
    names: tuple[str, ...]
    for name, number in counts.items():
        what, _, told = name.partition(":")
        if what == _ENDED:
            outcome, waited, took = told.split(":")
            names = outcome_name(outcome), f"{_WAITED}:{waited}", f"{_TOOK}:{took}"
        else:
            names = (name,)
        found.update(dict.fromkeys(names, number))
    return found


def _sum(each: Sequence[Mapping[str, int]]) -> dict[str, int]:
    names = {name for counts in each for name in counts}
    return {name: sum(counts.get(name, 0) for counts in each) for name in names}


def _day(bot_id: str | None, counts: Mapping[str, int]) -> Day:
    return Day(
        bot_id=bot_id,
        outcomes=_below(_OUTCOME, counts),
        turned_away=_below(TURNED_AWAY, counts),
        waited_s=_quantiles(_WAITED, counts),
        took_s=_quantiles(_TOOK, counts),
        **{name: counts.get(name, 0) for name in _SUMS},
    )


def _below(name: str, counts: Mapping[str, int]) -> dict[str, int]:
    before = f"{name}:"
    return {it.removeprefix(before): n for it, n in counts.items() if it.startswith(before)}


def _quantiles(what: str, counts: Mapping[str, int]) -> tuple[float, float] | None:
    classes = [counts.get(f"{what}:{number}", 0) for number in range(len(CLASSES_S) + 1)]
    if not any(classes):
        return None
    return _quantile(classes, 0.5), _quantile(classes, 0.95)


def _quantile(classes: Sequence[int], part: float) -> float:
    wanted, seen = part * sum(classes), 0
    for number, count in enumerate(classes):
        seen += count
        if seen >= wanted:
            return float(CLASSES_S[min(number, len(CLASSES_S) - 1)])
    return float(CLASSES_S[-1])
