"""The session manager over scripted agents, in a folder of the test's own."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from consumer.agent import SessionSettings
from consumer.sessions import SessionManager
from shared.bots import Bot
from shared.lane import Lane
from tests.fakes.agent import FakeAgents
from tests.session_settings import session_settings

BOT = Bot(id="assistant", name="Assistant", system_prompt="You help.")
LANE = Lane(1, "assistant")
OTHER = Lane(2, "assistant")
THIRD = Lane(3, "assistant")


@dataclass
class FakeClock:
    """A clock that stands still until it is moved."""

    now: datetime = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        """Move the clock."""
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def agents() -> FakeAgents:
    return FakeAgents()


def record_file(tmp_path: Path) -> Path:
    """Where LANE's record lies."""
    return tmp_path / "session_cache" / "session_1_assistant.json"


@pytest.fixture
def settings(tmp_path: Path) -> SessionSettings:
    return session_settings(
        tmp_path,
        max_hot=2,
        spares=0,
        turn_timeout=20,
        drain_timeout=0.2,
        close_timeout=0.2,
        connect_timeout=5,
    )


class Managers:
    """Makes managers that share the records, as restarts of one process would."""

    def __init__(self, settings: SessionSettings, agents: FakeAgents, clock: FakeClock) -> None:
        self._settings, self._agents, self._clock = settings, agents, clock
        self.started: list[SessionManager] = []

    async def start(self, **changes: Any) -> SessionManager:
        """Start one."""
        settings = replace(self._settings, **changes)
        manager = SessionManager(settings, make_client=self._agents, clock=self._clock)
        self.started.append(await manager.__aenter__())
        return manager

    async def restart(self, **changes: Any) -> SessionManager:
        """Start one after another had a turn of LANE and was shut down."""
        first = await self.start()
        await first.run_turn(LANE, BOT, "one")
        await first.shutdown_all()
        return await self.start(**changes)


@pytest.fixture
async def managers(
    settings: SessionSettings, agents: FakeAgents, clock: FakeClock
) -> AsyncIterator[Managers]:
    made = Managers(settings, agents, clock)
    yield made
    for manager in made.started:
        await manager.shutdown_all()
    assert agents.connected == 0, "every client is closed at the end"


@pytest.fixture
async def manager(managers: Managers) -> SessionManager:
    return await managers.start()
