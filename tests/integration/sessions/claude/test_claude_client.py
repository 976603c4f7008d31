"""The real SDK and CLI keep the agent's contract."""

from collections.abc import Callable

import pytest

from consumer.agent import SessionSettings
from consumer.agent.agent_client import AgentClient, ClientOptions
from consumer.claude.client import claude_clients
from tests.fakes.agent_conformance import AgentClientConformance
from tests.integration.sessions.conftest import kill


class TestClaudeClient(AgentClientConformance):
    @pytest.fixture
    def make(self, settings: SessionSettings) -> Callable[[ClientOptions], AgentClient]:
        settings.run_dir.mkdir(parents=True)
        return claude_clients(settings)

    def say(self, words: str) -> str:
        return f"echo {words}"

    def say_slowly(self) -> str:
        return "slow 60; long 2000"

    def kill(self, client: AgentClient) -> None:
        kill(client.pid)
