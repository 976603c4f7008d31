"""What each lane's agent was told of its room already: two of Campfire's message ids in Redis."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from shared.between_processes.commands import Reset
from shared.keys import Keys
from shared.lane import Lane, Line
from shared.numbers import whole_number

REMEMBER_SECONDS = 7 * 24 * 3600
"""Renewed with each turn. Forgotten, it costs a few lines that the agent knows already."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to which message of its room a lane's agent was told; 0: of none."""

    told: int = 0
    """The newest message of its last turn."""
    reset: int = 0
    """The newest message when its conversation was thrown away: no agent is told of older ones."""


class Briefed:
    """The marks of all lanes. Every method raises RedisError."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def mark(self, lane: Lane) -> Mark:
        """The lane's mark; the default for a lane without one."""
        fields = self._redis.hmget(self._keys.briefed(lane), ["told", "reset"])
        told, reset = await cast(Awaitable[list[bytes | None]], fields)
        return Mark(int(told or 0), int(reset or 0))

    async def remember(self, lane: Lane, told: int) -> None:
        """The agent knows what was said up to this message."""
        await self._write(lane, "told", told)

    async def forget(self, lane: Lane, message_id: int = 0) -> None:
        """The lane's conversation begins anew with this message: the old talk is not told again.

        Call it with a reset of the session. Without a message (an operator's reset) it begins
        after the bot's last turn or post.
        """
        last_post = await self._redis.get(self._keys.last_post(Line(lane)))
        known = whole_number(last_post) or 0
        await self._write(lane, "reset", max(message_id, known, (await self.mark(lane)).told))

    async def reset(self, which: Reset) -> None:
        """`forget` for the lanes that are meant; one without a mark was not told of anything."""
        prefix = self._keys.briefed_prefix
        meant = f"{prefix}{which.room_id or '*'}:{which.bot_id or '*'}"
        async for key in self._redis.scan_iter(match=meant, count=1000):
            await self.forget(Lane.parse(key.decode().removeprefix(prefix)))

    async def _write(self, lane: Lane, field: str, message_id: int) -> None:
        key = self._keys.briefed(lane)
        pipe = self._redis.pipeline(transaction=False)
        pipe.hset(key, field, str(message_id))
        pipe.expire(key, REMEMBER_SECONDS)
        await pipe.execute()
