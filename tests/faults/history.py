"""What happened, as one list of events in the order of one machine's clock.

Merged by `tests.faults.journal` from the processes' logs, the deliveries we made, what the
stand-in Campfire stored (the ground truth of what a room saw) and what Redis holds at the end.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "sent",  # a delivery left for the ingress (detail: first | again)
    "acknowledged",  # the ingress took it: 204
    "bounced",  # the ingress answered with a sentence for the room: 200 text/plain
    "refused",  # any other answer, or one after Campfire's patience (detail: which)
    "unanswered",  # no answer at all: the connection broke
    "started",  # a consumer holds the claim
    "posted",  # Campfire stored a post (detail: reply | told | notice)
    "settled",  # how the message ended (detail: the outcome)
    "postponed",
    "fenced",
    "spent",  # an agent used tokens (detail: how many)
    "handed_back",
    "ran",  # a call that somebody approved, as its tool saw it (message: the request's number)
    "due",  # a time has come, of a reminder or a schedule (detail: missed, where it is too late)
    "opened",  # a client began to have a conversation open (message: the session's id)
    "closed",  # and has it no more
    "lapsed",  # a process heard that its lease had
    "owned",  # a process may write a conversation's record from now on (number: its fence)
    "saved",  # and sent it to Redis, which took it
    "died",  # a process was killed or ended (detail: exit code)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened; fields that do not apply are empty."""

    at: float
    """Seconds since the epoch."""
    kind: Kind
    lane: str = ""
    message: str = ""
    token: int | None = None
    attempt: int | None = None
    process: str = ""
    number: int | None = None
    """Campfire's id of a post: they rise. Of a client, which of its process it is.
    Of a record, the fence."""
    detail: str = ""
    labelled: bool = False
    """A post that says it may be a second copy."""

    def __str__(self) -> str:
        fields = (
            ("lane", self.lane),
            ("message", self.message),
            ("token", self.token),
            ("attempt", self.attempt),
            ("by", self.process),
            ("number", self.number),
            ("", self.detail),
        )
        told = [f"{name}={value}" if name else str(value) for name, value in fields if value]
        return f"{self.at % 10_000:9.3f} {self.kind:<12} {' '.join(told)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetBound:
    """A budget, and how far it may be overstepped (docs/bots.md, "Budgets")."""

    tokens: int
    a_call: int
    """Tokens of one call of the model."""
    at_once: int
    """Turns side by side."""

    def most(self, kills: int) -> int:
        """A call for each turn at work when it ends, and for each that a kill -9 ended."""
        return self.tokens + (1 + kills) * self.at_once * self.a_call


@dataclass(frozen=True, slots=True, kw_only=True)
class Deaf:
    """A stretch in which a process may have lost its lease without a way to hear of it."""

    process: str
    """Empty: every one."""
    since: float
    until: float
    """When it can hear again, and what it takes to hear and to close what it has open."""


@dataclass(slots=True, kw_only=True)
class History:
    """The events of one run, and what the run expects of them."""

    events: list[Event] = field(default_factory=list)
    pending: set[str] = field(default_factory=set)
    """Messages that Redis or the spool still holds at the end."""
    culprits: set[str] = field(default_factory=set)
    """Messages that take their process down: they, and only they, may die."""
    failing: set[str] = field(default_factory=set)
    """Messages whose turn cannot succeed: the room is told."""
    unreachable: set[str] = field(default_factory=set)
    """Lanes whose room refuses every post."""
    closed: set[str] = field(default_factory=set)
    """Lanes that the bot's file has it not answer in."""
    calm: set[str] = field(default_factory=set)
    """Messages whose wait is the measure."""
    stressed: set[str] = field(default_factory=set)
    """Messages of the same kind that were sent while another lane suffered."""
    longest_wait_s: float = 20.0
    """How long a lane whose turn it is may stand still."""
    index: bool = True
    """Whether this Campfire lets a bot read the room: then no second copy is excused."""
    words: set[str] = field(default_factory=set)
    """Control words: they run beside their lane's turns."""
    requests: dict[str, str] = field(default_factory=dict)
    """Requests for approval by number, and where they stood at the end."""
    budget: BudgetBound | None = None
    """The one that all messages count for."""
    deaf: list[Deaf] = field(default_factory=list)
    """Who was frozen, or without Redis, and when."""
    late: list[tuple[float, float]] = field(default_factory=list)
    """When the machine ran us later than we were due, and by how much, s."""
    leaks: list[str] = field(default_factory=list)
    """What was still there at the end and should not be."""

    def of(self, *kinds: Kind) -> Iterator[Event]:
        """The events of these kinds, in order of time."""
        return (event for event in self.events if event.kind in kinds)

    def lateness(self, at: float) -> float:
        """How late the machine was about then, at most; s."""
        return max((late for due, late in self.late if due - 1 < at < due + late + 1), default=0.0)

    def sort(self) -> None:
        """Put the events in order of time."""
        self.events.sort(key=lambda event: event.at)

    def about(self, message: str) -> list[Event]:
        """All that happened to one message."""
        return [event for event in self.events if event.message == message]


def by_lane(events: Iterable[Event]) -> dict[str, list[Event]]:
    """Events grouped by lane, order kept."""
    groups = defaultdict(list)
    for event in events:
        groups[event.lane].append(event)
    return dict(groups)


def by_message(events: Iterable[Event]) -> dict[str, list[Event]]:
    """Events grouped by message, order kept."""
    groups = defaultdict(list)
    for event in events:
        groups[event.message].append(event)
    return dict(groups)


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken promise: which invariant, of which message or lane, and what was seen."""

    invariant: str
    subject: str
    what: str

    def __str__(self) -> str:
        return f"{self.invariant} {self.subject}: {self.what}"
