"""The lane, the (room, bot) pair whose messages are answered in order; and the lines of one."""

import json
from dataclasses import dataclass

CONTROL = "control:"
"""What a line of control words begins with; the Lua scripts know it too."""


@dataclass(frozen=True, slots=True, order=True)
class Lane:
    """What is ordered: one bot in one room. The identity of a session."""

    room_id: int
    bot_id: str

    def __str__(self) -> str:
        """`room:bot`, as in Redis keys and logs; an id holds no colon."""
        return f"{self.room_id}:{self.bot_id}"

    @classmethod
    def parse(cls, text: str) -> "Lane":
        """The lane that `str()` wrote; raises ValueError for anything else."""
        room, _, bot_id = text.partition(":")
        if not bot_id:
            raise ValueError(f"{text!r} is not room:bot")
        return cls(int(room), bot_id)


def room_called(lane: Lane, stored: bytes | None) -> str | None:
    """What its room is called, by what is stored of it (`Keys.room_names`); None: it is a ping.

    A room of which Campfire has told nothing goes by its number: it may be everybody's, and what
    is let in a ping is not let there.
    """
    name = json.loads(stored) if stored else f"room {lane.room_id}"
    return name if isinstance(name, str) else None


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """Where messages of a lane wait: each for its turn or, beside these, the control words."""

    lane: Lane
    control: bool = False
    """The one of the control words, which do not wait for a turn to end."""

    def __str__(self) -> str:
        """As its lane or, of control words, `control:room:bot`."""
        return f"{CONTROL if self.control else ''}{self.lane}"

    @classmethod
    def parse(cls, text: str) -> "Line":
        """The line that `str()` wrote; raises ValueError for anything else."""
        plain = text.removeprefix(CONTROL)
        return cls(Lane.parse(plain), control=plain != text)
