"""What the agents of a process have for tools beside the CLI's own, and what is known of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from consumer.mcp.board import ServerBoard
from consumer.tool_calls.approving import Approving, NobodyApproves
from consumer.tool_calls.own_tools import own_names
from consumer.tool_calls.tally import ToolTally
from consumer.toolboxes import Toolbox
from shared.audit import NO_AUDIT, Audit
from shared.bots import Bot


@dataclass(frozen=True, slots=True, kw_only=True)
class Tooling:
    """What this process's clients share for their tools: toolboxes, servers, rights, counts."""

    toolboxes: Sequence[Toolbox] = ()
    servers: ServerBoard = field(default_factory=ServerBoard)
    """What is seen of the bots' MCP servers."""
    approving: Approving = field(default_factory=NobodyApproves)
    """Who asks people, where a right says so."""
    tally: ToolTally = field(default_factory=ToolTally)
    """What agents called."""
    audit: Audit = NO_AUDIT
    """Where each call is noted, with its right."""

    def __post_init__(self) -> None:
        """Raises ValueError for two toolboxes of one name: the CLI would know one of them."""
        names = [toolbox.name for toolbox in self.toolboxes]
        if twins := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"two toolboxes are called {', '.join(sorted(twins))}")

    def names(self, bot: Bot) -> frozenset[str]:
        """The tools of toolboxes that an agent of the bot would be started with now."""
        return own_names(self.toolboxes, bot)
