"""One turn: what the agent sends, gathered into an answer or a typed error."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, assert_never

import structlog

from consumer.sessions.agent import AgentMessage, Ended, MessageEnded, Placed, Said, Stale
from consumer.sessions.answer_text import answer_text
from consumer.sessions.errors import (
    AgentFailed,
    AgentOverloaded,
    AgentRejected,
    AgentTimedOut,
    AgentUnauthorized,
    AgentUnavailable,
    ModelRefused,
    ShuttingDown,
    TurnFailed,
    TurnLimitReached,
)
from consumer.sessions.events import Retrying, ToolDenied, ToolStarted, TurnEvent
from consumer.sessions.spoken import Spoken

log = structlog.get_logger(__name__)

OnEvent = Callable[[TurnEvent], None]

OUT_OF_TOKENS = "max_output_tokens"
"""The CLI's error where three more messages did not bring the model to an end (2.1.330)."""


class Stop(Enum):
    """Why a running turn is interrupted."""

    CANCELLED = auto()
    TIMED_OUT = auto()
    UNAUTHORIZED = auto()
    SHUTDOWN = auto()


KEPT = frozenset({Stop.CANCELLED, Stop.TIMED_OUT})
"""After these the turn stays in the conversation, with the CLI's note that it was interrupted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A turn as a part of the conversation."""

    session_id: str
    usage: Mapping[str, Any]
    total_cost: float
    """US dollars since the session began."""
    entry: str | None
    """The transcript's last message of this turn."""
    tools: tuple[str, ...]
    """The tools that ran, by name, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Stretch):
    """A turn that ended well."""

    text: str
    """Empty where the agent only wrote files, or said nothing."""
    cut: bool
    """Whether it ends in the middle, at the model's limit of output."""
    num_turns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a turn without an answer leaves."""

    kept: Stretch | None
    """It stays in the conversation; None: it is cut off, and acts on nothing that comes later."""
    tools: tuple[str, ...]
    """What ran in it, and is not undone."""


@dataclass(slots=True)
class Turn:
    """A turn while it runs."""

    prompt: str
    on_event: OnEvent | None = None
    stop: Stop | None = None
    spoken: Spoken = field(default_factory=Spoken)
    entry: str | None = None
    """The transcript's last message of this turn, so far."""
    error: str | None = None
    """The CLI's name for what went wrong since the model was heard last."""
    tools: dict[str, str] = field(default_factory=dict)
    """The tools that ran, or were about to: names by id."""
    ended: Ended | None = None

    def take(self, message: AgentMessage) -> None:
        """Take in one message; progress is passed on, unless the turn is being stopped."""
        if isinstance(message, Ended):
            self.ended = message
        elif isinstance(message, Said):
            self._hear(message)
        elif isinstance(message, MessageEnded):
            self.spoken.ended(message)
        elif isinstance(message, Stale):
            self.spoken, self.entry, self.error, self.tools = Spoken(), None, None, {}
        elif isinstance(message, Placed):
            self.entry = message.entry
        else:
            self._happened(message)

    def is_unauthorized(self, message: AgentMessage) -> bool:
        """Whether the CLI goes on knocking with a key that was refused twice."""
        if not isinstance(message, Retrying):
            return False
        return message.status in (401, 403) and message.attempt >= 2

    def answer(self) -> Answer:
        """The answer; raises a TurnFailed when the turn did not end well."""
        if self.stop is not None:
            raise _stopped(self.stop)
        if self.ended is None:
            raise AgentFailed("the turn had no end")
        failure = classify(self.ended, self.error)
        if failure is not None:
            raise failure
        return self._answered(self.ended)

    def _answered(self, ended: Ended) -> Answer:
        return Answer(
            text=answer_text(self.spoken.passages),
            cut=self.spoken.is_cut,
            session_id=ended.session_id,
            num_turns=ended.num_turns,
            usage=ended.usage,
            total_cost=ended.total_cost,
            entry=self.entry,
            tools=tuple(self.tools.values()),
        )

    def left(self) -> Left:
        """What it leaves, should it have no answer."""
        tools = tuple(self.tools.values())
        if self.ended is None or self.entry is None or not self._may_stay(self.ended):
            return Left(kept=None, tools=tools)
        kept = Stretch(
            session_id=self.ended.session_id,
            usage=self.ended.usage,
            total_cost=self.ended.total_cost,
            entry=self.entry,
            tools=tools,
        )
        return Left(kept=kept, tools=tools)

    def _may_stay(self, ended: Ended) -> bool:
        """Whoever says "go on" after these means what was done so far. A refused request would be
        refused again with all that follows; an unanswered one would be answered in another's turn.
        """
        if self.stop is not None:
            return self.stop in KEPT
        return isinstance(classify(ended, self.error), TurnLimitReached)

    def _hear(self, said: Said) -> None:
        """The CLI's own words about an error are no part of the conversation."""
        self.error = said.error
        if said.entry is not None:
            self.spoken.take(said)
            self.entry = said.entry

    def _happened(self, event: TurnEvent) -> None:
        if isinstance(event, ToolStarted):
            self.spoken.tool_called()
            self.tools[event.id] = event.name
        elif isinstance(event, ToolDenied):
            self.tools.pop(event.id, None)
        if self.stop is None:
            self._tell(event)

    def _tell(self, event: TurnEvent) -> None:
        if self.on_event is None:
            return
        try:
            self.on_event(event)
        except Exception:
            # Progress is an extra: a fault in its display must not cost the person the answer.
            log.exception("turn_event_not_shown")
            self.on_event = None


def classify(ended: Ended, error: str | None = None) -> TurnFailed | None:
    """What an Ended says went wrong, and the CLI's name for it; None when nothing did. Pure."""
    if error == OUT_OF_TOKENS:
        return None  # what was said stands, and is known to be cut
    if ended.stop_reason == "refusal":
        return ModelRefused()
    if ended.subtype in ("error_max_turns", "error_max_budget_usd"):
        return TurnLimitReached(ended.subtype)
    if not ended.is_error:
        return None
    detail = f"{ended.subtype}, {ended.terminal_reason}, status {ended.status}"
    if ended.status is not None:
        return _by_status(ended.status)(detail, status=ended.status)
    return (AgentUnavailable if _is_api_error(ended) else AgentFailed)(detail)


def _by_status(status: int) -> type[TurnFailed]:
    if status in (429, 529):
        return AgentOverloaded
    if status in (401, 403):
        return AgentUnauthorized
    return AgentUnavailable if status >= 500 or status == 408 else AgentRejected


def _is_api_error(ended: Ended) -> bool:
    """An API that could not be reached has no status; the CLI (2.1.330) says "API Error"."""
    reached_nobody = (ended.result or "").startswith("API Error")
    return ended.terminal_reason == "api_error" or reached_nobody


def _stopped(stop: Stop) -> TurnFailed:
    match stop:
        case Stop.TIMED_OUT:
            return AgentTimedOut()
        case Stop.UNAUTHORIZED:
            return AgentUnauthorized("the API key was refused twice", status=401)
        case Stop.SHUTDOWN:
            return ShuttingDown()
        case Stop.CANCELLED:
            return AgentFailed("cancelled")
    assert_never(stop)
