"""Redis' clock as this process knows it: what machines' own clocks say differs, by minutes even."""

import time
from datetime import UTC, datetime

from shared.clocks.steady_time import steady_s


class RedisTime:
    """Tells Redis' time without asking: from its answers on, by the steady clock.

    It is behind Redis by as long as the quickest answer was on its way; where the clocks drift
    apart, ahead of it by no longer than a question was. Before the first answer it is this
    machine's clock.
    """

    def __init__(self) -> None:
        self._ahead_ms: float | None = None

    def told(self, now_ms: int, asked_s: float) -> None:
        """What Redis has answered just now, in ms since the epoch, and when it was asked, by the
        steady clock.

        An answer that was slower tells less, unless Redis' clock is another one by now: set back,
        or that of the next master.
        """
        least, most = now_ms - steady_s() * 1000, now_ms + 1 - asked_s * 1000
        if self._ahead_ms is None or not least <= self._ahead_ms <= most:
            self._ahead_ms = least

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
