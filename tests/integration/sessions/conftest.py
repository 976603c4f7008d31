"""The session manager over the real SDK and CLI, against the stand-in model."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from consumer.agent import SessionSettings
from consumer.sessions import SessionManager
from sandbox.model.server import ModelServer, running_model
from shared.bots import Bot
from shared.lane import Lane
from tests.integration.sessions.scripted_model import ScriptedModel, scripted_model
from tests.session_settings import session_settings

BOT = Bot(id="assistant", name="Assistant", system_prompt="You help in a chat room.")
LANE = Lane(1, "assistant")
OTHER = Lane(2, "assistant")

API_KEY = "sk-ant-integration-0123"


@pytest.fixture
async def model() -> AsyncIterator[ModelServer]:
    """A stand-in model of its own for each test."""
    async with running_model() as server:
        yield server


@pytest.fixture
def settings(model: ModelServer, tmp_path: Path) -> SessionSettings:
    """Settings with short deadlines, in a folder of the test's own."""
    return session_settings(
        tmp_path / "data",
        api_key=API_KEY,
        base_url=model.base_url,
        turn_timeout=30,
        max_hot=4,
        spares=0,
        api_retries=1,
    )


StartManager = Callable[..., Any]


@pytest.fixture
async def start_manager(settings: SessionSettings) -> AsyncIterator[StartManager]:
    """Start managers as one would processes; those still open are shut down at the end."""
    async with AsyncExitStack() as stack:

        async def start(**changes: Any) -> SessionManager:
            manager = SessionManager(replace(settings, **changes))
            return await stack.enter_async_context(manager)

        yield start


@pytest.fixture
async def manager(start_manager: StartManager) -> SessionManager:
    """A running manager."""
    started: SessionManager = await start_manager()
    return started


@pytest.fixture
async def script() -> AsyncIterator[ScriptedModel]:
    """A model that says what the test queues."""
    async with scripted_model() as server:
        yield server


@pytest.fixture
async def scripted(start_manager: StartManager, script: ScriptedModel) -> SessionManager:
    """A running manager whose agents ask that model."""
    started: SessionManager = await start_manager(base_url=script.base_url)
    return started


def kill(pid: int | None) -> None:
    """kill -9, and wait until the process is gone.

    None is refused: to psutil it means the caller itself, which would end the test run.
    """
    assert pid is not None
    process = psutil.Process(pid)
    process.kill()
    psutil.wait_procs([process], timeout=5)
