"""What the hook and the tools of one client know of the turn that runs.

Their context variables are those of the client's connect, which may have been a spare's: so what a
turn is about is put in here when it begins, and taken out when it is over.
"""

from dataclasses import dataclass

from consumer.sessions.session.agent_client import BeforeTool
from consumer.toolboxes import Asking


@dataclass(slots=True)
class Cell:
    """One client's."""

    asking: Asking | None = None
    """For whom tools are called now; None: nobody asks, and no tool of a toolbox runs."""
    before_tool: BeforeTool | None = None
    """What each call waits for; None: no turn runs, and nothing else does."""

    def turn_begins(self, before_tool: BeforeTool, asking: Asking | None) -> None:
        """Whatever runs from now on belongs to this turn."""
        self.before_tool, self.asking = before_tool, asking

    def turn_is_over(self) -> None:
        """Nothing runs until the next begins."""
        self.before_tool = self.asking = None
