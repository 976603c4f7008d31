"""What happens now, on one screen: whether it works, what runs, what waits, what is paused."""

from typing import Literal

from pydantic import Field

from shared.operating.pauses import Pause
from shared.operating.timeline import Step
from shared.operating.view import View

Part = Literal["deliveries", "redis", "consumer", "campfire", "keys", "files", "model", "servers"]


class Sign(View):
    """Whether one part of the service works: a line, green or a sentence."""

    part: Part
    ok: bool | None
    """None: not known yet."""
    grave: bool = True
    """Where it does not: whether somebody goes without an answer for it."""
    why: str = ""
    """A word that the catalogue has a sentence for: none, refused, absent, draining, full, …"""
    bots: tuple[str, ...] = ()
    """Whom it concerns, where it is not all."""
    since_ms: int | None = None


class TurnNow(View):
    """One that runs."""

    job: str
    message_id: str = ""
    bot_id: str
    room_id: int
    room: str | None = None
    word: str | None = None
    attempt: int = 1
    claimed_ms: int
    tier: str | None = None
    doing: Step | None = None
    """Its last step: the tool that runs, the API's next try, the wait for a place."""
    waiting_behind: int = 0
    steps: tuple[Step, ...] = ()


class TurnsTold(View):
    """What the consumer tells of its turns, as it stands in Redis."""

    slots: int | None = None
    """How many turns may run at once."""
    turns: tuple[TurnNow, ...] = ()


class NextTry(View):
    """A message that failed and is tried again."""

    job: str
    message_id: str = ""
    bot_id: str
    room_id: int
    room: str | None = None
    again_ms: int
    attempts: int = 0
    reason: str | None = None


class WaitingLane(View):
    """A lane that holds messages, and whose turn it is when a place is free."""

    bot_id: str
    room_id: int
    room: str | None = None
    waiting: int
    running: bool = False
    held: bool = False
    since_ms: int | None = None
    """When its oldest waiting message was accepted."""


class Day(View):
    """What was done today, by one bot or by all."""

    bot_id: str | None = None
    outcomes: dict[str, int] = Field(default_factory=dict)
    """How many messages ended so."""
    turned_away: dict[str, int] = Field(default_factory=dict)
    """How many were not taken in: `looping`, `limited`, `full`, `lost`."""
    waited_s: tuple[float, float] | None = None
    """p50 and p95, as the upper bound of the class that it is in."""
    took_s: tuple[float, float] | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    micro_usd: int = 0


class RoomDay(View):
    """What was done today in one room, by all bots."""

    room_id: int
    room: str | None = None
    bots: tuple[str, ...] = ()
    outcomes: dict[str, int] = Field(default_factory=dict)
    """How many messages ended so."""
    tokens: int = 0
    micro_usd: int = 0


class RoomDays(View):
    """The rooms that cost most today."""

    shown: tuple[RoomDay, ...] = ()
    rooms: int = 0
    """How many there are, with those that are not shown."""
    messages: int = 0
    """How many were counted; on a day on which more end than are kept, not all."""


class Now(View):
    """The board. Bounded, whatever waits."""

    at_ms: int
    """By Redis's clock."""
    signs: tuple[Sign, ...] = ()
    waiting: int = 0
    """All of them; the lists below hold some."""
    running: int = 0
    lanes: int = 0
    """In which a message waits that does not run."""
    dead: int = 0
    slots: int | None = None
    oldest_s: float | None = None
    """How long the oldest message waits; what it was paused is left out."""
    turns: tuple[TurnNow, ...] = ()
    next_tries: tuple[NextTry, ...] = ()
    waiting_lanes: tuple[WaitingLane, ...] = ()
    """Those that wait longest, the longest first."""
    pauses: tuple[Pause, ...] = ()
    today: Day = Day()
    today_by_bot: tuple[Day, ...] = ()
