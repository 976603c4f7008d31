"""What the hook and the tools of one client know of the turn that runs.

Their context variables are those of the client's connect, which may have been a spare's: so what a
turn is about is put in here when it begins, and taken out when it is over.
"""

from collections import deque
from dataclasses import dataclass, field, replace

from consumer.agent.agent_client import BeforeTool
from consumer.toolboxes import Asking

REMEMBERED = 1000
"""Calls of earlier turns that are still known as such; a turn makes some dozens."""


@dataclass(slots=True)
class CellTurn:
    """The turn that runs, while it does."""

    before_tool: BeforeTool
    """What each call waits for."""
    asking: Asking | None = None
    """For whom tools are called; None: nobody asks, and no tool of a toolbox runs."""

    heard: list[str] = field(default_factory=list)
    """The calls that the model made in it."""
    _let_run: dict[str, Asking] = field(default_factory=dict)

    def let_run(self, call: str, *, subagent: bool) -> None:
        """The hook allowed it: so a tool of a toolbox may run for it."""
        if self.asking is not None:
            self._let_run[call] = replace(self.asking, subagent=subagent)

    def asking_for(self, call: str) -> Asking | None:
        """For whom this call runs; None: it was not let run."""
        return self._let_run.get(call)


class Cell:
    """Holds the turn that runs at one client, for its hook and its tools."""

    def __init__(self) -> None:
        self.turn: CellTurn | None = None
        """None: none runs, and no tool either."""
        self._earlier: deque[str] = deque(maxlen=REMEMBERED)

    def turn_begins(self, before_tool: BeforeTool, asking: Asking | None) -> None:
        """Whatever is called from now on belongs to this turn, but for calls heard before."""
        self.turn = CellTurn(before_tool, asking)

    def turn_is_over(self) -> None:
        """Take the turn out: nothing may run until the next begins."""
        if self.turn is not None:
            self._earlier.extend(self.turn.heard)
        self.turn = None

    def heard(self, call: str) -> None:
        """The model made a call, the agent's or a subagent's, in the turn that runs."""
        if self.turn is not None:
            self.turn.heard.append(call)

    def turn_of(self, call: str) -> CellTurn | None:
        """The turn that runs, unless the call is one of an earlier turn: it has none any more."""
        return None if call in self._earlier else self.turn
