"""A lane's notes in Redis, beside its queue: they outlive conversations, restarts and releases.

Written with the answer that tells of them, and taken away, by scripts of the queue, under a claim.
"""

import json
from collections.abc import Awaitable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from typing import Any, cast

from redis.asyncio import Redis

from shared.keys import Keys
from shared.lane import Lane
from shared.numbers import whole_number

MOST, LONGEST = 50, 500
"""Notes of a lane, and characters of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What one person asked to have remembered, in that person's words."""

    number: int
    """By which people name it; none is given twice."""
    text: str
    by: str
    user_id: int
    at_ms: int
    """When they asked, ms since the epoch."""

    def wire(self) -> dict[str, Any]:
        """As it is stored under its number."""
        return {name: value for name, value in asdict(self).items() if name != "number"}

    def day(self, zone: tzinfo | None) -> str:
        """When they asked, as people read it."""
        return f"{datetime.fromtimestamp(self.at_ms / 1000, zone):%Y-%m-%d}"


class Notes:
    """Reads; every method raises redis.RedisError."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis, self._keys = redis, keys

    async def of(self, lane: Lane) -> list[Note]:
        """The lane's notes, in the order of their numbers."""
        stored = self._redis.hgetall(self._keys.notes(lane))
        found = await cast(Awaitable[dict[bytes, bytes]], stored)
        return sorted(_read(found.items()), key=lambda note: note.number)

    async def new_number(self, lane: Lane) -> int:
        """A number that no note of the lane has, or had."""
        given = self._redis.hincrby(self._keys.notes(lane), "next", 1)
        return await cast(Awaitable[int], given)


def _read(stored: Iterable[tuple[bytes, bytes]]) -> Iterator[Note]:
    """What still reads as a note."""
    for field, value in stored:
        number = whole_number(field)
        with suppress(ValueError, TypeError):
            if number is not None:
                yield Note(number=number, **json.loads(value))
