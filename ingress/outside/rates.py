"""How many events a bot takes: a few at once, then so many an hour, over whichever web process.

Without Redis each process counts by itself, in memory; what waits in a lane has its own bound
(`LANE_MAX_WAITING`).
"""

import time

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from ingress.outside.lua import OUTSIDE_SCRIPTS
from shared.keys import Keys
from shared.redis.scripts import Scripts

AT_ONCE = 10
HOUR_S = 3600.0

log = structlog.get_logger()


class Rates:
    """A token bucket a bot, by Redis' clock."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._keys, self._alone = keys, Alone()
        self._scripts = Scripts(redis, OUTSIDE_SCRIPTS)

    async def too_soon_s(self, bot_id: str, per_hour: int) -> float:
        """Take one; the seconds to wait where there is none, and none is taken then, else 0."""
        names, values = (
            [self._keys.event_rate(bot_id)],
            [_every_s(per_hour) * 1000, _most(per_hour)],
        )
        try:
            return float(await self._scripts.run("rate", names, values)) / 1000
        except (RedisError, OSError) as error:
            log.warning("events_counted_alone", error=type(error).__name__)
            return self._alone.too_soon_s(bot_id, per_hour, time.monotonic())


class Alone:
    """The same in memory, begun anew with the process. Pure."""

    def __init__(self) -> None:
        self._full_at: dict[str, float] = {}
        """When each bucket would be full again, were nothing more taken."""

    def too_soon_s(self, bot_id: str, per_hour: int, now: float) -> float:
        """As Rates; times are seconds of one monotonic clock."""
        every_s = _every_s(per_hour)
        full_at = max(self._full_at.get(bot_id, now), now) + every_s
        wait_s = full_at - now - every_s * _most(per_hour)
        if wait_s > 1e-6:
            return wait_s
        self._full_at[bot_id] = full_at
        return 0.0


def _every_s(per_hour: int) -> float:
    return HOUR_S / per_hour


def _most(per_hour: int) -> int:
    return min(AT_ONCE, per_hour)
