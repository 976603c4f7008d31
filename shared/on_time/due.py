"""What is due, and when: read from Redis, without anybody's words."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Literal, cast

from redis.asyncio import Redis

from shared.keys import Keys
from shared.lane import Lane
from shared.numbers import whole_number
from shared.redis import clock


@dataclass(frozen=True, slots=True)
class Due:
    """One time that is to come, or has come."""

    called: str
    at_ms: int
    kind: Literal["reminder", "schedule"]
    bot_id: str
    name: str
    """A schedule's, or a reminder's number."""
    room_id: int | None = None
    """A reminder's; of a schedule the bot's file says it."""

    @property
    def lane(self) -> Lane | None:
        """The lane of a reminder; None for a schedule."""
        return None if self.room_id is None else Lane(self.room_id, self.bot_id)

    @classmethod
    def read(cls, called: str, at_ms: int) -> "Due | None":
        """As it stands in Redis; None for what is nothing of ours."""
        match called.split(":"):
            case ["schedule", bot_id, name]:
                return cls(called, at_ms, "schedule", bot_id, name)
            case ["reminder", room, bot_id, number] if whole_number(room) and whole_number(number):
                return cls(called, at_ms, "reminder", bot_id, number, int(room))
        return None


class DueTimes:
    """Reads; every method raises redis.RedisError."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis, self._keys = redis, keys

    async def first(self, most: int) -> list[Due]:
        """The times that are due first, in order."""
        found = await self._redis.zrange(self._keys.due, 0, most - 1, withscores=True)
        rows = cast("list[tuple[bytes, float]]", found)
        read = (Due.read(called.decode(errors="replace"), round(at)) for called, at in rows)
        return [due for due in read if due is not None]

    async def count(self) -> int:
        """How many times are to come."""
        return await cast(Awaitable[int], self._redis.zcard(self._keys.due))

    async def now_ms(self) -> int:
        """Redis' own clock, by which all of it is due."""
        return await clock.now_ms(self._redis)
