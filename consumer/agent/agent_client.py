"""The port to the agent: what a client takes and gives, without a word of any SDK."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from consumer.agent.events import AgentEvent
from consumer.agent.spending import Spent
from consumer.toolboxes import Asking
from shared.bots import Bot


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientOptions:
    """What is fixed when a client connects."""

    bot: Bot
    folder: Path
    """The working directory of the agent and its tools; it exists."""
    session_id: str
    """The conversation's id: the one to go on with, or the one to give a new conversation."""
    resume: bool = False
    """Whether it is there already."""
    resume_at: str | None = None
    """The last message of it that counts: what came after (half a turn) is cut off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message of the model, or a part of it; parts of one message share `message_id`."""

    text: str
    message_id: str
    entry: str | None
    """Where it stands in the transcript; None for the CLI's own words about an error."""
    error: str | None = None
    """The CLI's name for that error."""
    model: str | None = None
    """Which model said it, by the Messages API's word."""


@dataclass(frozen=True, slots=True)
class Answering:
    """The Messages API began to answer a request."""


@dataclass(frozen=True, slots=True)
class EntryWritten:
    """A message that is not the model's stands in the transcript: a tool's result, a note."""

    entry: str


@dataclass(frozen=True, slots=True)
class MessageEnded:
    """A message of the model is whole, or cut off; what it said came before."""

    reason: str
    """The Messages API's stop reason."""


@dataclass(frozen=True, slots=True)
class Used:
    """A request to the Messages API was taken up, or is answered: so many tokens more."""

    tokens: int
    goes_on: bool = True
    """Whether the turn does, as far as this answer tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The last message of every turn."""

    session_id: str
    is_error: bool = False
    subtype: str = "success"
    stop_reason: str | None = None
    terminal_reason: str | None = None
    status: int | None = None
    """The Messages API's HTTP status when that is what failed."""
    errors: tuple[str, ...] = ()
    result: str | None = None
    num_turns: int = 1
    usage: Mapping[str, Any] = field(default_factory=dict)
    total_cost: float = 0.0
    """US dollars since the session began, not of this turn."""
    models: Mapping[str, Any] = field(default_factory=dict)
    """The CLI's `modelUsage` since then: tokens by model, subagents' and stopped turns' too."""

    @property
    def total(self) -> Spent:
        """All that was spent since the session began."""
        return Spent.told(self.total_cost, self.models)


@dataclass(frozen=True, slots=True)
class Stale:
    """Whoever asks must drop all that `ask` has yielded so far: it was an earlier turn's rest."""


AgentMessage = Stale | Said | Answering | EntryWritten | MessageEnded | Used | AgentEvent | Ended

BeforeTool = Callable[[str, str], Awaitable[bool]]
"""Asked with a call's id and its tool before it runs: whether it may. One that raises denies."""


async def at_once(call_id: str, tool: str) -> bool:
    """Let the tool run: nothing has to be done before."""
    del call_id, tool
    return True


class AgentClient(Protocol):
    """One agent process with one conversation. One task connects, asks and closes it."""

    @property
    def pid(self) -> int | None:
        """The process id of the agent; None before it started."""
        ...

    async def connect(self) -> None:
        """Start the agent.

        Raises UnknownSession or UnknownEntry when there is nothing to resume, AgentUnavailable
        when it does not start.
        """
        ...

    def ask(
        self, prompt: str, before_tool: BeforeTool = at_once, asking: Asking | None = None
    ) -> AsyncIterator[AgentMessage]:
        """Send a prompt and yield what comes of it, up to and including its Ended.

        `asking`: for whom tools are called meanwhile; None: no tool of a toolbox runs.

        A call that `before_tool` does not allow yields a ToolDenied, and the agent is told.
        Raises SessionGone when the agent died before it read the prompt, AgentCrashed when it
        died later.
        """
        ...

    async def interrupt(self) -> None:
        """End the running turn: its `ask` yields an Ended soon. From any task; never raises."""
        ...

    async def close(self) -> None:
        """End the agent and every process it started, within a bounded time; idempotent."""
        ...


ConnectClient = Callable[[ClientOptions], AgentClient]
"""Makes a client that is not connected yet."""
