"""What the hook and the tools of one client know of the turn that runs.

Their context variables are those of the client's connect, which may have been a spare's: so what a
turn is about is put in here when it begins, and taken out when it is over.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from consumer.agent.agent_client import BeforeTool
from consumer.toolboxes import Asking


@dataclass(slots=True)
class Cell:
    """One client's."""

    asking: Asking | None = None
    """For whom tools are called now; None: nobody asks, and no tool of a toolbox runs."""
    before_tool: BeforeTool | None = None
    """What each call waits for; None: no turn runs, and nothing else does."""

    _of_subagents: set[tuple[str, str]] = field(default_factory=set)
    """Tools and inputs of this turn's calls that a subagent made."""

    def subagent_calls(self, tool: str, values: Mapping[str, Any]) -> None:
        """A subagent's call was let run: the tool itself is not told whose it is."""
        self._of_subagents.add((tool, _canonical(values)))

    def asking_for(self, tool: str, values: Mapping[str, Any]) -> Asking | None:
        """For whom this call runs; the agent's own that is the same as a subagent's counts as one,
        which may only have it do less."""
        if self.asking is None or (tool, _canonical(values)) not in self._of_subagents:
            return self.asking
        return replace(self.asking, subagent=True)

    def turn_begins(self, before_tool: BeforeTool, asking: Asking | None) -> None:
        """Whatever runs from now on belongs to this turn."""
        self.before_tool, self.asking = before_tool, asking

    def turn_is_over(self) -> None:
        """Nothing runs until the next begins."""
        self.before_tool = self.asking = None
        self._of_subagents.clear()


def _canonical(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, default=str)
