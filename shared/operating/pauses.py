"""Pauses: a bot, a room, or all stand still. Messages are taken in and wait; no turn begins.

claim.lua asks the same hash under the same names. What already runs is finished.
"""

import json
from collections.abc import Awaitable, Iterable, Mapping
from typing import Any, Self, cast

from redis.asyncio import Redis

from shared.keys import Keys
from shared.lane import Lane
from shared.operating.view import View

ALL = "all"


class Scope(View):
    """What is paused: a bot everywhere, a room for every bot, or, with neither, all."""

    bot_id: str | None = None
    room_id: int | None = None

    @property
    def name(self) -> str:
        """As in Redis, in a form, and on a command line: `all`, `bot:assistant`, `room:2`."""
        if self.bot_id is not None:
            return f"bot:{self.bot_id}"
        return ALL if self.room_id is None else f"room:{self.room_id}"

    @classmethod
    def parse(cls, name: str) -> Self:
        """The scope of this name; raises ValueError."""
        kind, _, which = name.partition(":")
        if name == ALL:
            return cls()
        if kind == "bot" and which:
            return cls(bot_id=which)
        if kind == "room":
            return cls(room_id=int(which))
        raise ValueError(f"{name!r} is not all, bot:ID or room:NUMBER")

    def holds(self, lane: Lane) -> bool:
        """Whether a lane stands still under it."""
        return self.name in names_of(lane)


class Pause(View):
    """One that holds, or that is over."""

    scope: Scope
    since_ms: int
    until_ms: int | None = None
    """None: it holds."""
    by: str = ""
    """Who asked for it: see Entry.by of shared.audit."""


def names_of(lane: Lane) -> tuple[str, str, str]:
    """The names of all scopes that hold a lane."""
    return ALL, f"bot:{lane.bot_id}", f"room:{lane.room_id}"


async def pauses(redis: Redis, keys: Keys) -> tuple[Pause, ...]:
    """The pauses that hold now, the oldest first; raises RedisError."""
    return _standing(await cast(Awaitable[dict[bytes, bytes]], redis.hgetall(keys.paused)))


async def pause_of(redis: Redis, keys: Keys, lane: Lane) -> Pause | None:
    """The pause under which this lane stands still; None: it goes on. Raises RedisError.

    For whoever would begin something by itself, as a schedule: one round trip.
    """
    names = names_of(lane)
    stored = await cast(Awaitable[list[bytes | None]], redis.hmget(keys.paused, list(names)))
    found = [_read(name, value) for name, value in zip(names, stored, strict=True) if value]
    return min(found, key=lambda pause: pause.since_ms, default=None)


async def past_pauses(redis: Redis, keys: Keys) -> tuple[Pause, ...]:
    """The newest that are over, then those that hold, the oldest first; raises RedisError."""
    pipe = redis.pipeline(transaction=False)
    pipe.lrange(keys.pauses, 0, -1)
    pipe.hgetall(keys.paused)
    over, standing = await pipe.execute()
    return (*map(_read_over, over), *_standing(standing))


def stood_still_at(lane: Lane, known: Iterable[Pause], at_ms: int) -> bool:
    """Whether the lane was paused at that time. Pure."""
    return any(
        pause.scope.holds(lane)
        and pause.since_ms <= at_ms
        and (pause.until_ms is None or at_ms < pause.until_ms)
        for pause in known
    )


def stood_still_ms(lane: Lane, known: Iterable[Pause], from_ms: int, to_ms: int) -> int:
    """For how long of that time the lane was paused; pauses that overlap count once. Pure."""
    spans = sorted(
        (max(pause.since_ms, from_ms), min(pause.until_ms or to_ms, to_ms))
        for pause in known
        if pause.scope.holds(lane)
    )
    still, reached = 0, from_ms
    for begin, end in spans:
        still += max(0, end - max(begin, reached))
        reached = max(reached, end)
    return still


def _standing(stored: Mapping[bytes, bytes]) -> tuple[Pause, ...]:
    found = [_read(name.decode(), value) for name, value in stored.items()]
    return tuple(sorted(found, key=lambda pause: pause.since_ms))


def _read(name: str, stored: bytes) -> Pause:
    value: dict[str, Any] = json.loads(stored)
    return Pause(scope=Scope.parse(name), since_ms=value["since"], by=value.get("by", ""))


def _read_over(stored: bytes) -> Pause:
    value: dict[str, Any] = json.loads(stored)
    return Pause(scope=Scope.parse(value["what"]), since_ms=value["since"], until_ms=value["until"])
