"""Who has logged out: their cookie opens nothing any more, wherever a copy of it went.

Of a log-in nothing is kept, only of its end; so nobody is logged out where Redis loses something.
"""

from redis.asyncio import Redis

from ingress.operator.page.authentication.log_ins import LASTS_S, LogIn
from shared.keys import Keys

MOST_REMEMBERED = 1000


class LogOuts:
    """Remembers who logged out: in Redis for all web processes, and here while Redis is away."""

    def __init__(self) -> None:
        self._here: dict[str, None] = {}

    async def note(self, redis: Redis, keys: Keys, who: LogIn) -> None:
        """End this log-in; raises RedisError, and then it is over in this process alone."""
        self._here[who.id] = None
        if len(self._here) > MOST_REMEMBERED:
            self._here.pop(next(iter(self._here)))
        await redis.set(keys.page_over(who.id), "out", ex=LASTS_S)

    async def are_of(self, redis: Redis, keys: Keys, log_in_id: str) -> bool:
        """Whether this log-in is over; raises RedisError where that is not known here."""
        if log_in_id in self._here:
            return True
        return bool(await redis.exists(keys.page_over(log_in_id)))
