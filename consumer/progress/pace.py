"""When progress speaks. Pure.

An edit and a boost are drawn anew in every open page of the room, so that neither comes often.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """After how many seconds of a turn progress speaks first, and how often from then on."""

    first_s: float
    soon_s: float
    later_s: float
    """After a minute: a long turn changes slowly."""

    def next_after(self, elapsed_s: float) -> float:
        """Seconds to wait from here; `elapsed_s` since the turn began."""
        if elapsed_s < self.first_s:
            return self.first_s - elapsed_s
        return self.soon_s if elapsed_s < 60 else self.later_s


STEPS = Pace(first_s=10.0, soon_s=10.0, later_s=30.0)
"""Of boosts. Each is two requests, the new one and the old one's end."""
EDITING = Pace(first_s=4.0, soon_s=2.5, later_s=5.0)
"""Of the one message that is kept up to date."""
