"""The scripted fake keeps the agent's contract."""

from collections.abc import Callable

import pytest

from consumer.agent.agent_client import AgentClient, ClientOptions
from tests.fakes.agent import FakeAgents, FakeClient, Reply
from tests.fakes.agent_conformance import AgentClientConformance


class TestFakeClient(AgentClientConformance):
    @pytest.fixture
    def make(self, agents: FakeAgents) -> Callable[[ClientOptions], AgentClient]:
        self.agents = agents
        return agents

    def say(self, words: str) -> str:
        self.agents.enqueue(words)
        return words

    def say_slowly(self) -> str:
        self.agents.enqueue(Reply(hang=True))
        return "slow"

    def kill(self, client: AgentClient) -> None:
        assert isinstance(client, FakeClient)
        client.kill()
