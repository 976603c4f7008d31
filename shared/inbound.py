"""The inbound message: the validated, versioned record of one webhook delivery."""

from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.control_words import ControlWord
from shared.lane import Lane, Line

MAX_BYTES = 1024 * 1024
"""Campfire itself sets no bound (a 720 KB body was recorded); ours is 1 MiB."""


Origin = Literal["chat", "approval", "schedule", "event"]
"""What brought it: somebody's words in a room; a call that was approved and is to be carried out; a
time that the bot's file names; a program outside, over the web process."""
UNATTENDED = frozenset[Origin]({"schedule", "event"})
"""Nobody asks, and only what is allowed to everyone may be done."""


class Firing(BaseModel):
    """A time that has come: a reminder's, or one of a schedule's. The message's `accepted_ms`."""

    model_config = ConfigDict(frozen=True)

    zone: str
    """In which it is told, by its name."""
    reminds: int | None = None
    """Whose reminder it is, to be posted as it stands; None: the agent is asked."""
    person: int | None = None
    """Who had the reminder set; None: a schedule."""
    times: int = 1
    """How many times of a schedule it stands for: several that were missed are told of at once."""
    since_ms: int | None = None
    """The first of several."""


class InboundMessage(BaseModel):
    """What somebody said to a bot. Frozen; the wire form is `model_dump_json`."""

    model_config = ConfigDict(frozen=True)

    version: Literal[1] = 1
    bot_id: str
    room_id: int
    room_name: str | None
    """None in a ping (direct room): Campfire's only hint of one."""
    user_id: int | None
    user_name: str
    message_id: str
    """Campfire's id, or one of our own where the delivery carries none."""
    from_bot: bool = False
    """One of our own bots wrote it."""
    text: str
    """Without the mention; empty when nothing but the mention was said."""
    html: str | None
    """The stored body as the editor wrote it: untrusted."""
    is_file: bool = False
    """It is a file that was posted, and `text` its name: Campfire sends no words with one."""
    control: ControlWord | None = None
    """An order to the service: it does not wait in the lane, and is not for the agent."""
    control_number: int | None = None
    """Of what the order is about, where it says one: the 2 of `forget 2`."""
    control_text: str | None = None
    """What stands behind it, where it takes a word: the zone of `timezone Europe/Berlin`."""
    origin: Origin = "chat"
    about: str | None = None
    """Which approval, schedule or event it is of; None in chat."""
    traceparent: str | None = None
    """The span of its delivery, where traces are on: W3C's header of that name."""
    firing: Firing | None = None
    accepted_ms: int
    """When the ingress took it, or, where it never came, when it was said or due; ms since the
    epoch."""

    @property
    def is_unattended(self) -> bool:
        """Whether no person began it, so that no person's rights stand behind it."""
        return self.origin in UNATTENDED

    @cached_property
    def lane(self) -> Lane:
        """The conversation that it belongs to; put together once, for a turn asks for it twenty
        times. (A copy made by pydantic keeps it: none is made with another room or bot.)"""
        return Lane(self.room_id, self.bot_id)

    @property
    def line(self) -> Line:
        """Where it waits for its turn: in its lane or, a control word, in the line beside it."""
        return Line(self.lane, control=self.control is not None)

    def log_context(self) -> dict[str, str | int]:
        """What may be logged of a message: never its text or its names."""
        return {"bot": self.bot_id, "room": self.room_id, "message": self.message_id}
