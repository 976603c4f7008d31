"""How many agents this machine has memory for, and what one holds."""

import os

from consumer.agent.agent_memory import AgentMemory
from consumer.agent.memory_share import (
    affordable_sessions,
    available_mb,
    private_bytes,
    sessions_share_mb,
)


def test_memory_is_measured() -> None:
    """The bound follows the machine; a process that is gone holds nothing."""
    full, small = (affordable_sessions(sessions_share_mb(), memory) for memory in AgentMemory)
    assert 1 <= full <= small <= 64
    assert available_mb() > 100
    assert private_bytes(os.getpid()) > 1_000_000
    assert private_bytes(2**31 - 1) == 0
