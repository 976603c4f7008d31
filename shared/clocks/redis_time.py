"""Redis' clock as this process knows it: what machines' own clocks say differs, by minutes even."""

import time
from datetime import UTC, datetime

from shared.clocks.steady_time import steady_s


class RedisTime:
    """Tells Redis' time without asking: from its last answer on, by the steady clock.

    It is never ahead of Redis, and behind it by as long as that answer was on its way. Before the
    first answer it is this machine's clock.
    """

    def __init__(self) -> None:
        self._ahead_ms: float | None = None

    def told(self, now_ms: int) -> None:
        """What Redis has answered just now; ms since the epoch."""
        self._ahead_ms = now_ms - steady_s() * 1000

    def now_ms(self) -> int:
        """ms since the epoch."""
        if self._ahead_ms is None:
            return round(time.time() * 1000)
        return int(steady_s() * 1000 + self._ahead_ms)

    def now_s(self) -> float:
        """Seconds since the epoch."""
        return self.now_ms() / 1000

    def now(self) -> datetime:
        """The same as a time in UTC."""
        return datetime.fromtimestamp(self.now_ms() / 1000, UTC)
