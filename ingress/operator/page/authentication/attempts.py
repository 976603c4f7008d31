"""How often a token may be tried: behind a proxy all callers look alike, so all share one bound.

Whoever is kept out by a stranger's tries still has the one-time link, which needs none.
"""

MOST = 10
REGAIN_S = 5.0
"""After a wrong try, so long until one more is given back."""


class Attempts:
    """Counts how many wrong tries are left; `now` counts seconds and never goes back."""

    def __init__(self) -> None:
        self._left, self._at = float(MOST), 0.0

    def wait_s(self, now: float) -> int:
        """Seconds until the next try is looked at; 0: now."""
        self._regain(now)
        return 0 if self._left >= 1 else max(1, round((1 - self._left) * REGAIN_S))

    def wrong(self, now: float) -> None:
        """Use up one try."""
        self._regain(now)
        self._left = max(0.0, self._left - 1)

    def _regain(self, now: float) -> None:
        self._left = min(float(MOST), self._left + max(0.0, now - self._at) / REGAIN_S)
        self._at = now
