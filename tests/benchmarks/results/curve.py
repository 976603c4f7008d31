"""What something costs as something else grows, all of it measured in one run."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from redis.asyncio import Redis

_SCRIPTS = "cmdstat_evalsha", "cmdstat_eval"
_ASIDE = *_SCRIPTS, "cmdstat_info"

Act = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The cost of one act at one size."""

    at: int
    """How many there were of what grows."""
    ms: float
    """Median, as seen from this process: the way to Redis and Python's part included."""
    redis_us: float
    """Median, inside Redis: while it lasts, nobody else is served."""
    ratio: float
    """`ms` over that at the smallest size."""
    redis_ratio: float | None
    """The same of `redis_us`; None where Redis had nothing to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One act at all sizes."""

    name: str
    grows: str
    """What there was more and more of."""
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one act took once."""

    seconds: float
    redis_us: float


class Costs:
    """Collects them by act and size."""

    def __init__(self, redis: Redis, grows: str) -> None:
        self._redis = redis
        self._grows = grows
        self._found: dict[str, dict[int, list[Cost]]] = {}

    async def measure(self, name: str, at: int, act: Act) -> object:
        """Do it once; gives what it gave."""
        before, began = await _clocked(self._redis), time.perf_counter()
        given = await act()
        seconds = time.perf_counter() - began
        cost = Cost(seconds, before.until(await _clocked(self._redis)))
        self._found.setdefault(name, {}).setdefault(at, []).append(cost)
        return given

    def curves(self) -> list[Curve]:
        """One for each act."""
        return [
            Curve(name=name, grows=self._grows, points=_points(found))
            for name, found in self._found.items()
        ]


@dataclass(frozen=True, slots=True)
class _Clocked:
    """Redis' µs so far, for scripts and for commands; those within scripts are in both."""

    scripts: float
    commands: float

    def until(self, later: "_Clocked") -> float:
        """What came since: an act calls scripts or commands."""
        return (later.scripts - self.scripts) or (later.commands - self.commands)


async def _clocked(redis: Redis) -> _Clocked:
    stats = await redis.info("commandstats")
    scripts = sum(it["usec"] for name, it in stats.items() if name in _SCRIPTS)
    commands = sum(it["usec"] for name, it in stats.items() if name not in _ASIDE)
    return _Clocked(float(scripts), float(commands))


def _points(found: Mapping[int, Sequence[Cost]]) -> tuple[Point, ...]:
    measured = [
        (at, 1000 * median(it.seconds for it in costs), median(it.redis_us for it in costs))
        for at, costs in sorted(found.items())
    ]
    _, first_ms, first_us = measured[0]
    return tuple(
        Point(
            at=at,
            ms=ms,
            redis_us=us,
            ratio=ms / first_ms,
            redis_ratio=us / first_us if first_us else None,
        )
        for at, ms, us in measured
    )
