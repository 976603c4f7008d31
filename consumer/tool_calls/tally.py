"""How often which bot called which tool since the start, and what came of it."""

from collections import Counter
from typing import Literal, get_args

from consumer import instruments
from shared.between_processes.service_status import ToolStatus

Ending = Literal["ok", "failed", "denied", "interrupted"]
MOST = 300
"""Pairs of bot and tool that are counted apart: the board is written with every turn."""
OTHERS = "others"
"""Stands for the tools beyond."""


class ToolTally:
    """Counts the calls of this process by bot, tool and ending."""

    def __init__(self) -> None:
        self._endings: dict[tuple[str, str], Counter[str]] = {}
        self._seconds: dict[tuple[str, str], float] = {}

    def count(self, bot_id: str, tool: str, ending: Ending, seconds: float) -> None:
        """Count one more call."""
        instruments.TOOL_CALLS.labels(bot_id, ending).inc()
        pair = (bot_id, tool)
        if pair not in self._endings and len(self._endings) >= MOST:
            pair = (bot_id, OTHERS)
        self._endings.setdefault(pair, Counter())[ending] += 1
        self._seconds[pair] = self._seconds.get(pair, 0.0) + seconds

    def told(self) -> tuple[ToolStatus, ...]:
        """What was counted, by bot and tool."""
        return tuple(
            ToolStatus(
                bot_id=bot_id,
                tool=tool,
                calls=endings.total(),
                seconds=round(self._seconds[bot_id, tool], 3),
                **{ending: endings[ending] for ending in get_args(Ending)},
            )
            for (bot_id, tool), endings in sorted(self._endings.items())
        )
