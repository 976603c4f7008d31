"""The lane: the (room, bot) pair whose messages are answered in order, one at a time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Lane:
    """What is ordered: one bot in one room. The identity of a session."""

    room_id: int
    bot_id: str

    def __str__(self) -> str:
        """`room:bot`, as it stands in Redis keys and logs; a bot id never holds a colon."""
        return f"{self.room_id}:{self.bot_id}"

    @classmethod
    def parse(cls, text: str) -> "Lane":
        """The lane that `str()` wrote; raises ValueError for anything else."""
        room, _, bot_id = text.partition(":")
        if not bot_id:
            raise ValueError(f"{text!r} is not room:bot")
        return cls(int(room), bot_id)
