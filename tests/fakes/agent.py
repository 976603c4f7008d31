"""A scripted agent: replays queued answers and records what it was asked. For unit tests."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from itertools import count

from consumer.agent.agent_client import (
    AgentMessage,
    BeforeTool,
    ClientOptions,
    Ended,
    EntryWritten,
    Said,
    at_once,
)
from consumer.agent.errors import AgentCrashed, SessionGone, UnknownEntry, UnknownSession
from consumer.agent.events import TextDelta, ToolDenied, ToolStarted
from consumer.toolboxes import Asking
from shared.errors import AgentError


@dataclass(frozen=True)
class Reply:
    """One scripted answer: the messages, then an Ended; or a failure, or no end at all."""

    text: str = "ok"
    messages: tuple[AgentMessage, ...] = ()
    ended: Ended | None = None
    """Instead of a plain success."""
    crash: Exception | None = None
    """Raised after the messages; the client is dead then."""
    hang: bool = False
    """Ends only when interrupted."""
    deaf: bool = False
    """With `hang`: does not end when interrupted either."""


@dataclass
class FakeAgents:
    """The other end of every fake client: what they are to say, and what they were asked."""

    replies: list[Reply] = field(default_factory=list)
    connect_errors: list[AgentError] = field(default_factory=list)
    conversations: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Session id to its (entry, prompt) list: the transcripts."""
    clients: list["FakeClient"] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set whenever a prompt arrives."""
    connect_gate: asyncio.Event | None = None
    """When set, connecting waits for it."""
    connecting: int = 0
    most_connecting: int = 0
    """The most clients that were ever connecting at once."""
    pids: "count[int]" = field(default_factory=lambda: count(1_000_000_000))

    async def connect_halfway(self) -> asyncio.Event:
        """Wait until a client is connecting; it goes on once the event is set."""
        self.connect_gate = asyncio.Event()
        while self.connecting == 0:
            await asyncio.sleep(0)
        return self.connect_gate

    def enqueue(self, *replies: Reply | str) -> None:
        """Queue answers; when none is queued a client says ok."""
        self.replies += [Reply(text=r) if isinstance(r, str) else r for r in replies]

    def __call__(self, options: ClientOptions) -> "FakeClient":
        """Make a client, as ConnectClient does."""
        client = FakeClient(self, options)
        self.clients.append(client)
        return client

    @property
    def connected(self) -> int:
        """Clients that are connected now."""
        return sum(client.is_connected for client in self.clients)

    def prompts(self, session_id: str) -> list[str]:
        """What one conversation holds."""
        return [prompt for _, prompt in self.conversations[session_id]]


class FakeClient:
    """One scripted agent client."""

    def __init__(self, agents: FakeAgents, options: ClientOptions) -> None:
        self.options = options
        self.is_connected = False
        self.is_closed = False
        self.close_gate: asyncio.Event | None = None
        """When set, closing waits for it."""
        self.dead = False
        self.interrupts = 0
        self.asked = 0
        self.asking: Asking | None = None
        """For whom the newest turn's tools are called."""
        self.session_id = options.session_id
        self._agents = agents
        self._interrupted = asyncio.Event()
        self._pid: int | None = None
        self._turns = 0

    @property
    def pid(self) -> int | None:
        """A number of its own."""
        return self._pid

    async def connect(self) -> None:
        """See AgentClient."""
        self._agents.connecting += 1
        self._agents.most_connecting = max(self._agents.most_connecting, self._agents.connecting)
        try:
            await self._start()
        finally:
            self._agents.connecting -= 1

    async def _start(self) -> None:
        await asyncio.sleep(0)
        if self._agents.connect_gate is not None:
            await self._agents.connect_gate.wait()
        if self._agents.connect_errors:
            raise self._agents.connect_errors.pop(0)
        self._resume()
        self._pid = next(self._agents.pids)
        self.is_connected = True

    def _resume(self) -> None:
        conversations = self._agents.conversations
        if not self.options.resume:
            conversations[self.session_id] = []
        elif self.session_id not in conversations:
            raise UnknownSession
        elif self.options.resume_at is not None:
            entries = [entry for entry, _ in conversations[self.session_id]]
            if self.options.resume_at not in entries:
                raise UnknownEntry
            kept = entries.index(self.options.resume_at) + 1
            del conversations[self.session_id][kept:]

    def kill(self) -> None:
        """Die, as by kill -9."""
        self.dead = True
        self._interrupted.set()

    async def ask(
        self, prompt: str, before_tool: BeforeTool = at_once, asking: Asking | None = None
    ) -> AsyncIterator[AgentMessage]:
        """See AgentClient."""
        if self.dead:
            raise SessionGone
        reply = self._agents.replies.pop(0) if self._agents.replies else Reply()
        entry = str(uuid.uuid4())
        self._agents.conversations[self.session_id].append((entry, prompt))
        self._turns += 1
        self.asked += 1
        self.asking = asking
        self._agents.asked.set()
        for message in reply.messages:
            yield message
            if isinstance(message, ToolStarted) and not await before_tool(message.id, message.name):
                yield ToolDenied(message.name, id=message.id)
        if reply.crash is not None:
            self.dead = True
            raise reply.crash
        if reply.hang:
            ended = await self._hang(reply)
            yield EntryWritten(entry)
            yield ended
            return
        yield TextDelta(reply.text)
        yield Said(text=reply.text, message_id=entry, entry=entry)
        yield self._end(reply.ended or Ended(session_id=self.session_id, result=reply.text))

    async def _hang(self, reply: Reply) -> Ended:
        await self._interrupted.wait()
        while reply.deaf and not self.dead:
            await asyncio.Event().wait()
        if self.dead:
            raise AgentCrashed
        self._interrupted.clear()
        return self._end(
            Ended(session_id="", is_error=True, subtype="error_during_execution", result=None)
        )

    def _end(self, ended: Ended) -> Ended:
        cost = ended.total_cost or 0.5 * self._turns
        return replace(ended, session_id=self.session_id, total_cost=cost)

    async def interrupt(self) -> None:
        """See AgentClient."""
        self.interrupts += 1
        self._interrupted.set()

    async def close(self) -> None:
        """See AgentClient."""
        if self.close_gate is not None:
            await self.close_gate.wait()
        self.is_connected = False
        self.is_closed = True
