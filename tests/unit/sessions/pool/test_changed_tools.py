"""What is on offer changes while sessions live: a Campfire is updated, a folder gets documents."""

from collections.abc import AsyncIterator, Sequence

import pytest
from pydantic import BaseModel

from consumer.agent import SessionSettings
from consumer.agent.events import Started, Tier
from consumer.sessions import SessionManager
from consumer.tool_calls.tooling import Tooling
from consumer.toolboxes import Asking, Result, Tool
from shared.bots import Bot
from tests.conftest import eventually
from tests.fakes.agent import FakeAgents
from tests.unit.sessions.conftest import BOT, LANE, OTHER, FakeClock


async def _run(given: BaseModel, asking: Asking) -> Result:
    raise AssertionError


class Box:
    """Has what it is told to have."""

    name = "box"

    def __init__(self) -> None:
        self.has: list[str] = []

    def tools(self, bot: Bot) -> Sequence[Tool]:
        return [Tool(name=name, description="x", input=BaseModel, run=_run) for name in self.has]


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
async def manager(
    settings: SessionSettings, agents: FakeAgents, clock: FakeClock, box: Box
) -> AsyncIterator[SessionManager]:
    """A manager with the box, which keeps a spare for whoever asks for one."""
    own = SessionSettings(**{**vars(settings), "spares": 1, "max_hot": 3})
    made = SessionManager(own, make_client=agents, clock=clock, tooling=Tooling(toolboxes=[box]))
    async with made:
        yield made


async def tier(manager: SessionManager) -> Tier:
    """Where the lane's next turn has its session from."""
    events: list[object] = []
    await manager.run_turn(LANE, BOT, "hello", on_event=events.append)
    return next(event.tier for event in events if isinstance(event, Started))


async def test_a_session_is_resumed_with_what_is_on_offer_now(
    manager: SessionManager, box: Box
) -> None:
    """Its agent's tools were fixed when it started; nothing is lost but the client."""
    assert await tier(manager) == Tier.COLD
    assert await tier(manager) == Tier.HOT
    box.has.append("search")
    assert await tier(manager) == Tier.WARM
    assert await tier(manager) == Tier.HOT


async def test_a_spare_with_other_tools_is_not_taken(
    manager: SessionManager, agents: FakeAgents, box: Box
) -> None:
    """Another one stands in its place soon."""
    manager.keep_spares([BOT])

    async def there() -> bool:
        return manager.stats().spares == 1

    await eventually(there)
    (old,) = agents.clients
    box.has.append("search")
    await manager.run_turn(OTHER, BOT, "hello")
    assert old.asked == 0

    async def replaced() -> bool:
        return old.is_closed and manager.stats().spares == 1

    await eventually(replaced)
