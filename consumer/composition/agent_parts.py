"""What the service needs of whichever agent answers in it: Claude, or a test's."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from consumer.control_words.sessions import NoSessions, Sessions
from consumer.queue.waiting.next_up import GetReady, nothing_ahead
from consumer.service.commands import Acts
from consumer.service.service import nothing_to_close
from consumer.turn.agent import Agent
from shared.between_processes.service_status import ServiceStatus
from shared.bots import Bot
from shared.lane import Lane

SideTasks = Mapping[str, Callable[[], Coroutine[Any, Any, None]]]
"""What runs beside the queue's own parts, by name."""


class Departures(Protocol):
    """What sends the agent's conversations to other consumers; none of it waits."""

    def moved(self, lane: Lane) -> None:
        """Before a turn: the lane was answered elsewhere since it was here."""
        ...

    def settled(self, lane: Lane) -> None:
        """Note that a message of the lane has ended."""
        ...

    def send_away(self, lane: Lane) -> None:
        """Another consumer may answer the lane, once nothing here is open for it."""
        ...

    def leave(self) -> None:
        """The same for all lanes: this process is about to end."""
        ...


@dataclass(frozen=True, kw_only=True)
class AgentParts:
    """The agent, and what belongs to it beside its turns. Whoever has no sessions gives two."""

    agent: Agent
    stats: Callable[[], ServiceStatus]
    commands: Acts = field(default_factory=lambda: MappingProxyType({}))
    """Those that it carries out, beside the service's own."""
    side_tasks: SideTasks = field(default_factory=lambda: MappingProxyType({}))
    """They run while this consumer is a member."""
    close: Callable[[], Awaitable[None]] = nothing_to_close
    """Lets go of what is held of the lanes, before another consumer may take them."""
    departures: Departures | None = None
    """None: nothing stays open between its turns, and lanes go wherever there is room."""
    get_ready: GetReady = nothing_ahead
    """Told whose message waits for a slot."""
    sessions: Sessions = field(default_factory=NoSessions)
    """What typed control words ask of."""
    opens_files: Callable[[Bot], bool] = lambda _: False
    """Whether a bot's agent has a tool that opens what people post."""
    contact_at_start: bool = False
    """Whether Campfire and the model are asked at once whether they answer, for `/ready`."""
