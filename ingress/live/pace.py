"""How fast one watcher may send: a few at once, then one a second. Pure."""

BURST = 10
EVERY_S = 1.0


class Pace:
    """A token bucket. Times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._free_at = 0.0
        """When the bucket would be full again, were nothing more taken."""

    def wait_s(self, now: float) -> float:
        """Take one; gives the seconds to wait before it counts."""
        self._free_at = max(self._free_at, now) + EVERY_S
        return max(0.0, self._free_at - now - BURST * EVERY_S)
