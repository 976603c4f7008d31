"""How much waits and runs, and in which lanes: some round trips, no more whatever waits."""

from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from shared.keys import Keys
from shared.lane import Line
from shared.redis import clock

MOST_LINES = 100
"""So many lines are told of one by one; where there are more, those that wait longest."""
AT_ONCE = 25
"""Lines that are read in one step; others' requests are answered between two."""
_A_LINE = 10
"""How many of the messages that wait longest are looked at for one line."""


@dataclass(frozen=True, slots=True)
class Depth:
    """One line that holds messages."""

    line: Line
    messages: int
    head: str
    """Job id; it may be running."""
    runs: bool
    next: str | None
    """Job id of the first that does not run."""

    @property
    def waiting(self) -> int:
        """How many do not run."""
        return self.messages - self.runs


@dataclass(frozen=True, slots=True)
class Depths:
    """The queue at a moment."""

    at_ms: int
    """By Redis's clock."""
    messages: int
    """Without an outcome, wherever they wait."""
    running: tuple[str, ...]
    """Job ids."""
    lines: int
    """How many lines hold a message."""
    shown: tuple[Depth, ...]
    """The running ones, and those that wait longest."""

    @property
    def waiting(self) -> int:
        """How many messages do not run."""
        return max(0, self.messages - len(self.running))

    @property
    def waiting_lines(self) -> int:
        """How many lines hold a message that does not run: all but those shown ones in which all
        run."""
        return self.lines - sum(not depth.waiting for depth in self.shown)


async def depths(redis: Redis, keys: Keys, most: int = MOST_LINES) -> Depths:
    """Count once what waits and runs; raises RedisError."""
    pipe = redis.pipeline(transaction=False)
    pipe.time()
    pipe.zcard(keys.queue)
    pipe.smembers(keys.running)
    pipe.scard(keys.lanes)
    pipe.zrange(keys.arrivals, 0, most * _A_LINE - 1)
    told, messages, members, lines, oldest = await pipe.execute()
    running = tuple(sorted(job.decode() for job in members))
    names = await _lines(redis, keys, lines, most, running, [job.decode() for job in oldest])
    shown, absent = await _depths(redis, keys, names, running)
    messages += absent
    return Depths(clock.in_ms(told), messages, running, lines, shown)


async def _lines(
    redis: Redis,
    keys: Keys,
    count: int,
    most: int,
    running: Iterable[str],
    oldest: Iterable[str],
) -> list[Line]:
    """All where they are few, else the lanes of these jobs, in their order, and the control words'
    lines of those that run: a running job does not say in which of the two it is."""
    if count <= most:
        names = await cast(Awaitable[set[bytes]], redis.smembers(keys.lanes))
        return sorted(Line.parse(name.decode()) for name in names)
    lanes = [Line(lane) for lane in keys.by_lane([*running, *oldest])][:most]
    return [*lanes, *(Line(lane, control=True) for lane in keys.by_lane(running))]


async def _depths(
    redis: Redis, keys: Keys, lines: list[Line], running: tuple[str, ...]
) -> tuple[tuple[Depth, ...], int]:
    """And how many that run a dashboard has taken out of arq's queue (docs/arq.md)."""
    scores = await redis.zmscore(keys.queue, [*running, ""])
    runs, shown = frozenset(running), list[Depth]()
    for begin in range(0, len(lines), AT_ONCE):
        shown += await _some(redis, keys, lines[begin : begin + AT_ONCE], runs)
    return tuple(shown), scores.count(None) - 1


async def _some(
    redis: Redis, keys: Keys, lines: list[Line], running: frozenset[str]
) -> list[Depth]:
    pipe = redis.pipeline(transaction=False)
    for line in lines:
        pipe.llen(keys.lane(line))
        pipe.lrange(keys.lane(line), 0, 1)
    answers = await pipe.execute()
    found = zip(lines, answers[::2], answers[1::2], strict=True)
    return [_depth(line, count, first, running) for line, count, first in found if first]


def _depth(line: Line, count: int, first: list[bytes], running: frozenset[str]) -> Depth:
    head, *behind = (job.decode() for job in first)
    runs = head in running
    waits = next(iter(behind), None) if runs else head
    return Depth(line, count, head, runs, waits)
