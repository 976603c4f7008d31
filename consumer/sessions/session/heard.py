"""Collects what the agent sends for one prompt, and makes an answer or a typed error of it."""

from dataclasses import dataclass, field

import structlog

from consumer.agent.agent_client import (
    AgentMessage,
    Answering,
    Ended,
    EntryWritten,
    MessageEnded,
    Said,
    Stale,
    Used,
)
from consumer.agent.answer_text import answer_text
from consumer.agent.endings import classify
from consumer.agent.errors import (
    AgentFailed,
    AgentOverloaded,
    RateLimited,
    TurnFailed,
    TurnLimitReached,
)
from consumer.agent.events import OnEvent, Retrying, ToolDenied, ToolEnded, ToolStarted, TurnEvent
from consumer.sessions.session.spoken import Spoken
from consumer.sessions.session.stopping import KEPT, Stop, error_of
from consumer.sessions.session.stretch import Answered, Left, Stretch

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Heard:
    """What was heard so far of one exchange: a prompt, and all that the agent sends of it."""

    on_event: OnEvent | None = None
    stop: Stop | None = None
    spoken: Spoken = field(default_factory=Spoken)
    entry: str | None = None
    """The transcript's last message of this exchange, so far."""
    model: str | None = None
    """Which model was heard last."""
    error: str | None = None
    """The CLI's name for what went wrong since the model was heard last."""
    retrying: Retrying | None = None
    """What the CLI waits for: it was not answered, and will ask the Messages API again."""
    retries: int = 0
    """How often it did."""
    tools: dict[str, str] = field(default_factory=dict)
    """The tools that ran, or were about to: names by id."""
    running: set[str] = field(default_factory=set)
    """Those of them that have not ended, by id."""
    ended: Ended | None = None

    def interrupt(self, reason: Stop) -> None:
        """Note that the exchange is being stopped: its tools end, and no more is told of it."""
        for tool in sorted(self.running):
            self._tell(ToolEnded(tool, failed=True, interrupted=True))
        self.stop = reason

    def take(self, message: AgentMessage) -> None:
        """Take in one message; progress is passed on, unless it is being stopped."""
        if isinstance(message, Ended):
            self.ended = message
        elif isinstance(message, Said):
            self._hear(message)
        elif isinstance(message, MessageEnded):
            self.spoken.ended(message)
        elif isinstance(message, Stale):
            self.spoken, self.entry, self.model, self.error = Spoken(), None, None, None
            self.tools, self.running = {}, set()
        elif isinstance(message, EntryWritten):
            self.entry = message.entry
        elif isinstance(message, Answering):
            self.retrying = None
        elif isinstance(message, Used):
            pass  # the meter's
        else:
            self._happened(message)

    def answer(self) -> Answered:
        """The answer; raises a TurnFailed when it did not end well."""
        if self.stop is not None and not self._has_something:
            raise error_of(self.stop, self.retrying)
        if self.ended is None:
            raise AgentFailed("the turn had no end")
        if self.stop is not None:
            return self._answered(self.ended)
        failure = classify(self.ended, self.error)
        if failure is not None:
            raise self._with_patience(failure)
        return self._answered(self.ended)

    @property
    def _has_something(self) -> bool:
        """Whether it was stopped at its budget, with words that can be posted."""
        return self.stop is Stop.OVER_BUDGET and self.entry is not None and bool(self._text)

    def _with_patience(self, failure: TurnFailed) -> TurnFailed:
        """The CLI (2.1.330) asks again only where the API names no more than a minute to wait, and
        tells of no longer time: to try within the same deadline would only hold up the lane."""
        if isinstance(failure, RateLimited | AgentOverloaded) and not self.retries:
            failure.retryable = False
        return failure

    @property
    def _text(self) -> str:
        """Of one that was stopped at its budget all there is, be it narration."""
        passages = self.spoken.passages
        said = answer_text(passages)
        if self.stop is None or said:
            return said
        return next((text for passage in reversed(passages) if (text := passage.strip())), "")

    def _answered(self, ended: Ended) -> Answered:
        return Answered(
            text=self._text,
            cut=self.spoken.is_cut,
            session_id=ended.session_id,
            num_turns=ended.num_turns,
            usage=ended.usage,
            model=self.model,
            total=ended.total,
            entry=self.entry,
            tools=tuple(self.tools.values()),
        )

    def left(self) -> Left:
        """What it leaves, should it have no answer."""
        tools = tuple(self.tools.values())
        if self.ended is None:
            return Left(kept=None, tools=tools)
        total = self.ended.total
        if self.entry is None or not self._may_stay(self.ended):
            return Left(kept=None, tools=tools, total=total)
        session_id = self.ended.session_id
        kept = Stretch(session_id=session_id, total=total, entry=self.entry, tools=tools)
        return Left(kept=kept, tools=tools, total=total)

    def _may_stay(self, ended: Ended) -> bool:
        """Whoever says "go on" after these means what was done so far. A refused request would be
        refused again with all that follows; an unanswered one would be answered in another's turn.
        """
        if self.stop is Stop.TIMED_OUT and self.retrying is not None:
            return False  # nobody worked on it: the Messages API did not answer
        if self.stop is not None:
            return self.stop in KEPT
        return isinstance(classify(ended, self.error), TurnLimitReached)

    def _hear(self, said: Said) -> None:
        """The CLI's own words about an error are no part of the conversation."""
        self.error = said.error
        if said.entry is not None:
            self.spoken.take(said)
            self.entry, self.model = said.entry, said.model

    def _happened(self, event: TurnEvent) -> None:
        if isinstance(event, ToolStarted):
            self.spoken.tool_called()
            self.tools[event.id] = event.name
            self.running.add(event.id)
        elif isinstance(event, ToolEnded):
            self.running.discard(event.id)
        elif isinstance(event, ToolDenied):
            self.tools.pop(event.id, None)
            self.running.discard(event.id)
        elif isinstance(event, Retrying):
            self.retrying, self.retries = event, self.retries + 1
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
