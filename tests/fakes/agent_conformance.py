"""What every AgentClient must do; run on the scripted fake and on the real CLI."""

import asyncio
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from consumer.agent.agent_client import (
    AgentClient,
    AgentMessage,
    ClientOptions,
    Ended,
    Said,
)
from consumer.agent.errors import SessionGone, UnknownEntry, UnknownSession
from consumer.agent.events import TextDelta
from shared.bots import Bot

BOT = Bot(id="assistant", name="Assistant", system_prompt="You help.")
NOBODY = "7c4e7c4e-0000-4000-8000-000000000000"


class AgentClientConformance:
    """Subclasses give `make`, `say`, `say_slowly` and `kill`."""

    @pytest.fixture
    def make(self) -> Callable[[ClientOptions], AgentClient]:
        """Makes the clients under test."""
        raise NotImplementedError

    def say(self, words: str) -> str:
        """The prompt that makes the agent answer with `words`."""
        raise NotImplementedError

    def say_slowly(self) -> str:
        """A prompt whose answer takes longer than any test waits."""
        raise NotImplementedError

    def kill(self, client: AgentClient) -> None:
        """kill -9 the agent, and wait until it is dead."""
        raise NotImplementedError

    def options(
        self, folder: Path, *, resume: str | None = None, resume_at: str | None = None
    ) -> ClientOptions:
        """Options for a client in that folder."""
        return ClientOptions(
            bot=BOT,
            folder=folder,
            session_id=resume or str(uuid.uuid4()),
            resume=resume is not None,
            resume_at=resume_at,
        )

    @pytest.fixture
    async def client(
        self, make: Callable[[ClientOptions], AgentClient], tmp_path: Path
    ) -> AgentClient:
        """A connected client."""
        client = make(self.options(tmp_path))
        await client.connect()
        return client

    async def test_a_turn_is_text_then_its_end(self, client: AgentClient) -> None:
        """Deltas, the message they add up to, with its place, and one Ended, last."""
        messages = await turn(client, self.say("hello you"))
        assert text_of(messages) == "hello you"
        deltas = "".join(m.text for m in messages if isinstance(m, TextDelta))
        assert deltas == "hello you"
        assert [m for m in messages if isinstance(m, Ended)] == [messages[-1]]
        assert all(m.entry for m in messages if isinstance(m, Said))
        await client.close()

    async def test_a_client_keeps_its_process_and_session(self, client: AgentClient) -> None:
        """Turn after turn the same process id, session id, and a growing cost."""
        pid = client.pid
        first, second = end(await turn(client, "one")), end(await turn(client, "two"))
        assert client.pid == pid
        assert pid is not None
        assert first.session_id == second.session_id
        assert 0 < first.total_cost < second.total_cost
        await client.close()

    async def test_a_new_session_has_the_id_it_was_given(
        self, make: Callable[[ClientOptions], AgentClient], tmp_path: Path
    ) -> None:
        """So that its transcript can be found though its first turn never ended."""
        options = self.options(tmp_path)
        client = make(options)
        await client.connect()
        assert end(await turn(client, "one")).session_id == options.session_id
        await client.close()

    async def test_an_interrupted_turn_ends_and_the_next_is_its_own(
        self, client: AgentClient
    ) -> None:
        """The interrupted turn yields its Ended; the next prompt gets its own answer."""
        reading = asyncio.create_task(turn(client, self.say_slowly()))
        await asyncio.sleep(0)
        while not reading.done():
            await client.interrupt()
            await asyncio.wait({reading}, timeout=0.5)
        assert end(reading.result()).is_error
        assert text_of(await turn(client, self.say("mine"))) == "mine"
        await client.close()

    async def test_a_conversation_is_resumed(
        self, make: Callable[[ClientOptions], AgentClient], client: AgentClient, tmp_path: Path
    ) -> None:
        """Another client goes on with the session under the same id, whole or up to an entry."""
        first = await turn(client, self.say("one"))
        await turn(client, self.say("two"))
        await client.close()
        session, entry = end(first).session_id, entry_of(first)
        again = make(self.options(tmp_path, resume=session, resume_at=entry))
        await again.connect()
        assert end(await turn(again, self.say("three"))).session_id == session
        await again.close()

    async def test_an_unknown_session_or_entry_is_said_at_connect(
        self, make: Callable[[ClientOptions], AgentClient], client: AgentClient, tmp_path: Path
    ) -> None:
        """There is nothing to resume: a typed error, before any prompt is lost."""
        session = end(await turn(client, self.say("one"))).session_id
        await client.close()
        unknown = make(self.options(tmp_path, resume=NOBODY))
        with pytest.raises(UnknownSession):
            await unknown.connect()
        await unknown.close()
        elsewhere = make(self.options(tmp_path, resume=session, resume_at=NOBODY))
        with pytest.raises(UnknownEntry):
            await elsewhere.connect()
        await elsewhere.close()

    async def test_a_dead_agent_is_gone(self, client: AgentClient) -> None:
        """Asked after its death, a client says that the prompt was not read."""
        await turn(client, self.say("one"))
        self.kill(client)
        with pytest.raises(SessionGone):
            await turn(client, self.say("two"))
        await client.interrupt()
        await client.close()
        await client.close()


async def turn(client: AgentClient, prompt: str) -> list[AgentMessage]:
    """Every message of one turn."""
    return [message async for message in client.ask(prompt)]


def end(messages: list[AgentMessage]) -> Ended:
    """The last message."""
    last = messages[-1]
    assert isinstance(last, Ended)
    return last


def text_of(messages: list[AgentMessage]) -> str:
    """What was said."""
    return "".join(m.text for m in messages if isinstance(m, Said))


def entry_of(messages: list[AgentMessage]) -> str:
    """The last place in the transcript."""
    entries = [m.entry for m in messages if isinstance(m, Said) and m.entry]
    return entries[-1]
