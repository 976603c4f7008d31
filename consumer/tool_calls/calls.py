"""The tool calls of one client: each ends once, and how it ended is told to the tally.

Of a call it knows the tool's name and no word of its input or result.
"""

from collections.abc import Callable
from time import monotonic

import structlog

from consumer.tool_calls.tally import Ending, ToolTally

log = structlog.get_logger(__name__)


class Calls:
    """Follows each call of one client, a subagent's too, from its beginning to its end.

    The hook tells it what is called, and what came of it.
    """

    def __init__(
        self, bot_id: str, tally: ToolTally, clock: Callable[[], float] = monotonic
    ) -> None:
        self._bot_id, self._tally, self._clock = bot_id, tally, clock
        self._running: dict[str, tuple[str, float]] = {}
        """Tools and when they began, by call."""
        self._of_subagents: set[str] = set()
        self._seconds: dict[str, float] = {}
        self._interrupted: set[str] = set()
        self.denied_tools: dict[str, str] = {}
        """Tools of this turn's calls that were not let run, by call."""

    def denied(self, call_id: str, tool: str) -> None:
        """Note a call that was not let run."""
        self.denied_tools[call_id] = tool
        self._over(call_id, tool, "denied", 0.0)

    def began(self, call_id: str, tool: str, *, subagent: bool = False) -> None:
        """Note a call that was let run."""
        if subagent:
            self._of_subagents.add(call_id)
        self._running[call_id] = tool, self._clock()

    def ended(self, call_id: str, *, failed: bool, interrupted: bool = False) -> None:
        """Note that a call ran to its end, or until somebody stopped it."""
        ending: Ending = "interrupted" if interrupted else "failed" if failed else "ok"
        self._end(call_id, ending)

    def interrupt(self) -> list[str]:
        """What has not ended by now was ended with the turn, or with its process: the calls that
        the agent itself had made."""
        running = list(self._running)
        for call_id in running:
            self._end(call_id, "interrupted")
        return [call_id for call_id in running if call_id not in self._of_subagents]

    def turn_is_over(self) -> None:
        """Forget the turn's calls: nobody asks for them any more."""
        self.interrupt()
        self._seconds.clear()
        self._interrupted.clear()
        self._of_subagents.clear()
        self.denied_tools.clear()

    def was_interrupted(self, call_id: str) -> bool:
        """Whether a call of this turn was stopped before its end."""
        return call_id in self._interrupted

    def seconds(self, call_id: str) -> float | None:
        """How long a call of this turn took; None: it did not run, or still does."""
        return self._seconds.get(call_id)

    def _end(self, call_id: str, ending: Ending) -> None:
        if call_id not in self._running:
            return
        tool, began = self._running.pop(call_id)
        self._seconds[call_id] = seconds = self._clock() - began
        if ending == "interrupted":
            self._interrupted.add(call_id)
        self._over(call_id, tool, ending, seconds)

    def _over(self, call_id: str, tool: str, ending: Ending, seconds: float) -> None:
        self._tally.count(self._bot_id, tool, ending, seconds)
        log.info(
            "tool_called",
            bot_id=self._bot_id,
            tool=tool,
            call=call_id,
            ended=ending,
            seconds=round(seconds, 3),
        )
