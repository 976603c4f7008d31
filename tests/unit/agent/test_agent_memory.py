"""Which agents a machine gets, and how many of them."""

from pathlib import Path

import pytest

from consumer.agent.agent_memory import ENOUGH_MB, AgentMemory, Wanted, agent_memory
from consumer.agent.memory_share import affordable_sessions
from tests.session_settings import session_settings


@pytest.mark.parametrize(
    ("wanted", "limit_mb", "chosen"),
    [
        ("auto", ENOUGH_MB - 1, AgentMemory.SMALL),
        ("auto", ENOUGH_MB, AgentMemory.FULL),
        ("small", 64 * ENOUGH_MB, AgentMemory.SMALL),
        ("full", 120, AgentMemory.FULL),
    ],
)
def test_agents_are_small_where_few_full_ones_fit(
    wanted: Wanted, limit_mb: int, chosen: AgentMemory
) -> None:
    """Unless the operator says which."""
    assert agent_memory(wanted, limit_mb) is chosen


def test_more_small_agents_fit_into_the_same_memory() -> None:
    """As many as both may be is bounded."""
    full, small = (affordable_sessions(1200, memory) for memory in AgentMemory)
    assert (full, small) == (10, 12)
    assert [affordable_sessions(10**6, memory) for memory in AgentMemory] == [64, 64]


def test_how_many_may_be_hot_follows_the_choice(tmp_path: Path) -> None:
    """Where the operator gives no number."""
    full, small = (
        session_settings(tmp_path, memory_mb=1200, agent_memory=memory) for memory in AgentMemory
    )
    assert full.hot_limit < small.hot_limit
