"""In whose zone times are told: what a person said, else the room's, the bot's, the service's."""

from collections.abc import Awaitable
from typing import Literal, cast
from zoneinfo import ZoneInfo

from redis.asyncio import Redis

from shared.bots import Bot
from shared.keys import Keys
from shared.times.zones import zone_named

Source = Literal["person", "bot"]
"""Who says so: the person, or the bot (its file, for all rooms or for one; else `TZ`)."""


class Zones:
    """Reads what people said; raises redis.RedisError."""

    def __init__(self, redis: Redis, keys: Keys, service: str) -> None:
        """`service`: the zone of `TZ`, or the machine's."""
        self._redis, self._keys, self.service = redis, keys, service

    async def of(self, user_id: int | None, bot: Bot) -> tuple[ZoneInfo, Source]:
        """A person's zone and who said it; `bot` as it is in the room."""
        if user_id is not None and (own := await self._said_by(user_id)) is not None:
            return ZoneInfo(own), "person"
        return ZoneInfo(bot.timezone or self.service), "bot"

    async def _said_by(self, user_id: int) -> str | None:
        stored = self._redis.hget(self._keys.zones, str(user_id))
        said = await cast(Awaitable[bytes | None], stored)
        return zone_named(said.decode()) if said else None
