"""Whether other web processes may hold messages on their disks, as far as Redis has told."""

import math

from shared.between_processes.web_state import EVERY_S, GONE_MS

LOOKS = 1 + math.ceil(GONE_MS / (1000 * EVERY_S))
"""So many looks in a row see each web process that lives, also where Redis is just back."""


class OtherSpools:
    """Remembers who was there before Redis was away: what they told is gone when it is back."""

    def __init__(self) -> None:
        self._alone = 0

    def seen(self, others: int) -> None:
        """Each look at the list of web processes has found so many others."""
        self._alone = 0 if others else self._alone + 1

    @property
    def may_hold_some(self) -> bool:
        """False where this web process is known to be the only one."""
        return self._alone < LOOKS
