"""The lane: the (room, bot) pair whose messages are answered in order, one at a time."""

from dataclasses import dataclass

CONTROL = "control:"
"""What a line of control words begins with; the Lua scripts know it too."""


@dataclass(frozen=True, slots=True, order=True)
class Lane:
    """What is ordered: one bot in one room. The identity of a session."""

    room_id: int
    bot_id: str
    control: bool = False
    """The line beside the lane in which its control words wait: never a session's."""

    def __str__(self) -> str:
        """`room:bot` or `control:room:bot`, as in Redis keys and logs; an id holds no colon."""
        return f"{CONTROL if self.control else ''}{self.room_id}:{self.bot_id}"

    @classmethod
    def parse(cls, text: str) -> "Lane":
        """The lane that `str()` wrote; raises ValueError for anything else."""
        plain = text.removeprefix(CONTROL)
        room, _, bot_id = plain.partition(":")
        if not bot_id:
            raise ValueError(f"{text!r} is not room:bot")
        return cls(int(room), bot_id, control=plain != text)
