"""How many events a secret brings: a few at once, then so many an hour. Pure, in memory.

A restart begins anew; what waits in a lane has its own bound (`LANE_MAX_WAITING`).
"""

AT_ONCE = 10
HOUR_S = 3600.0


class Rates:
    """A token bucket a bot. Times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._full_at: dict[str, float] = {}
        """When each bucket would be full again, were nothing more taken."""

    def too_soon_s(self, bot_id: str, per_hour: int, now: float) -> float:
        """Take one; the seconds to wait where there is none, and none is taken then, else 0."""
        every_s = HOUR_S / per_hour
        full_at = max(self._full_at.get(bot_id, now), now) + every_s
        wait_s = full_at - now - every_s * min(AT_ONCE, per_hour)
        if wait_s > 1e-6:
            return wait_s
        self._full_at[bot_id] = full_at
        return 0.0
