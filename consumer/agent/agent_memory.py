"""How the agent's CLI is to deal with memory: as it does by itself, or small, growing less."""

from enum import StrEnum
from typing import Literal

ENOUGH_MB = 2400
"""Twenty full agents: twice as many as answer side by side unless told otherwise."""

Wanted = Literal["auto", "small", "full"]
"""AGENT_MEMORY."""


class AgentMemory(StrEnum):
    """What a CLI is started as; docs/performance.md has what each costs."""

    FULL = "full"
    SMALL = "small"

    @property
    def session_mb(self) -> int:
        """What a hot session holds after a few turns, in MiB; measured, nearly all private."""
        return {AgentMemory.FULL: 120, AgentMemory.SMALL: 100}[self]


def agent_memory(wanted: Wanted, limit_mb: int) -> AgentMemory:
    """What is wanted, or what goes with the memory that sessions may take, in MiB."""
    if wanted == "auto":
        return AgentMemory.SMALL if limit_mb < ENOUGH_MB else AgentMemory.FULL
    return AgentMemory(wanted)
