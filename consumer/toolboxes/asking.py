"""For whom a tool is called: from the turn, never from what the model says."""

from dataclasses import dataclass, field

from consumer.boundary import Boundary
from shared.bots import Bot
from shared.lane import Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """The person whose message the turn answers."""

    user_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The turn that a call belongs to."""

    bot: Bot
    lane: Lane
    """The room that tools work in is this one's, whatever the model asks for."""
    job_id: str
    """The message's, the same for every attempt at it."""
    asker: Asker | None
    """None: nobody is known to ask, and what is allowed to everyone is all that is allowed."""
    together: frozenset[int | None] = frozenset()
    """Who asks, where they are several in one turn: only what each of them may is allowed. None
    among them is somebody unknown."""
    is_ping: bool = False
    unattended: bool = False
    """No person's message began the turn: a schedule, another bot."""
    subagent: bool = False
    """The call is a subagent's."""
    boundary: Boundary = field(default_factory=Boundary)
    """Around all that people or other programs wrote, in what a tool gives."""
