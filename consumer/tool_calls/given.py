"""What an agent was given when it started: every tool of its bot's file, by name. Pure.

Named as the CLI names them: `Read`, `mcp__campfire__search`, `mcp__tickets__find`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from consumer.mcp.grants import is_granted
from consumer.tool_calls.skills import skill_names
from shared.bots import Bot
from shared.bots.tool_names import Pattern, names, pattern
from shared.cli_tools import AGENT, SKILL

SEARCH = "ToolSearch"
INNER_TOOLS = frozenset({SEARCH, "StructuredOutput"})
"""Tools that the CLI adds to find, and to end with, what it was given; they reach nothing else."""
SUBAGENT = frozenset({AGENT, "Task"})
"""Both call a subagent: the second is the first one's old name (CLI 2.1.330)."""


@dataclass(frozen=True, slots=True)
class Given:
    """The tools of an agent, or the part of them that one of its subagents has."""

    bot: Bot
    own: Collection[str] = ()
    """Those of our toolboxes, by full name."""
    part: Sequence[Pattern] | None = None
    """What a subagent's tools are called in the bot's file; None: all of the agent's."""

    def has(self, tool: str) -> bool:
        """Whether a tool of this name was given; under this name, not under a likeness of it."""
        if tool in INNER_TOOLS:
            return True
        if self.part is not None and not any(names(it, tool) for it in self.part):
            return False
        return tool in self.own or tool in self._others() or is_granted(self.bot, tool)

    def to(self, subagent: str | None) -> "Given | None":
        """What a subagent of this name has; None: there is none. Without a name: the agent."""
        if subagent is None:
            return self
        named = self.bot.agents.get(subagent)
        return Given(self.bot, self.own, [*map(pattern, named.tools)]) if named else None

    def has_skill(self, name: str) -> bool:
        """Whether it is one of the bot's own, as the CLI has it."""
        return name in skill_names(self.bot)

    def _others(self) -> frozenset[str]:
        skills = [SKILL] if self.bot.skills else []
        return frozenset([*self.bot.built_in, *skills, *(SUBAGENT if self.bot.agents else ())])
