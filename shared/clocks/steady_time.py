"""A clock that no freeze stops."""

import time


def steady_s() -> float:
    """Seconds that also pass while the process, or the whole machine, is frozen."""
    # macOS's monotonic clock stands while the machine sleeps; Linux has one that does not.
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
