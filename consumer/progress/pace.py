"""When progress speaks. Pure.

With edits (Campfire's main) one message is kept up to date; without (v1.4.9) each word is a new
message that notifies people, so there are few.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds into the turn of the first word, and between words."""

    first_s: float
    soon_s: float
    later_s: float
    """After a minute: a long turn changes slowly, and every edit renders in every browser."""

    def next_after(self, elapsed_s: float) -> float:
        """Seconds to wait from here; `elapsed_s` since the turn began."""
        if elapsed_s < self.first_s:
            return self.first_s - elapsed_s
        return self.soon_s if elapsed_s < 60 else self.later_s


EDITING = Pace(first_s=4.0, soon_s=2.5, later_s=5.0)
POSTING = Pace(first_s=20.0, soon_s=60.0, later_s=60.0)
