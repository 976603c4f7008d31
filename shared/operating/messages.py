"""What is shown of one message: while it waits, while it runs, and once it has ended."""

from typing import Any, Literal

from shared.operating.timeline import Step
from shared.operating.view import View
from shared.redis.wire import to_wire

State = Literal["waiting", "held", "running", "retrying", "ended", "refused"]
"""held: its lane is paused; retrying: it is tried again later; refused: it was never taken in."""


class Message(View):
    """One row. Never what was said, nor by whom."""

    job: str
    """Its job id, as people type it: `campfire:assistant:2:123`."""
    message_id: str = ""
    """Campfire's number, where it has one."""
    bot_id: str = ""
    room_id: int = 0
    room: str | None = None
    """The room's name; None in a ping, and where it is not known."""
    state: State = "ended"
    origin: str = "chat"
    word: str | None = None
    """Which control word it is."""
    accepted_ms: int = 0
    arrived_ms: int | None = None
    """When Redis took it: later where it had waited on disk, or was missed."""
    claimed_ms: int | None = None
    """When its first attempt began."""
    ended_ms: int | None = None
    again_ms: int | None = None
    """When it is tried again."""
    attempts: int = 0
    outcome: str | None = None
    """completed, failed, dead, cancelled, expired, ignored; of a refused one: full, looping, …"""
    reason: str | None = None
    detail: str | None = None
    tier: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    micro_usd: int = 0
    """Millionths of a US dollar."""
    posts: tuple[str, ...] = ()
    """Campfire's ids of its answer."""
    steps: tuple[Step, ...] = ()
    """Its timeline; only where one message is shown."""

    @property
    def waited_s(self) -> float | None:
        """Seconds from its acceptance to its first attempt; None where it had none (yet)."""
        if self.claimed_ms is None:
            return None
        return max(0, self.claimed_ms - self.accepted_ms) / 1000

    @property
    def took_s(self) -> float | None:
        """Seconds from its first attempt to its end."""
        if self.claimed_ms is None or self.ended_ms is None:
            return None
        return max(0, self.ended_ms - self.claimed_ms) / 1000


_DEFAULTS = {name: field.default for name, field in Message.model_fields.items()}


def row_of(**fields: Any) -> str:
    """The wire form of the message of these fields, as each end needs one: unchecked, a third of
    the cost. Raises KeyError for what is no field."""
    return to_wire({name: it for name, it in fields.items() if it != _DEFAULTS[name]}).decode()


class Filter(View):
    """Which messages are wanted: None asks for all."""

    bot_id: str | None = None
    room_id: int | None = None
    outcome: str | None = None
    since_ms: int | None = None


class MessagePage(View):
    """Some rows, the newest first."""

    rows: tuple[Message, ...] = ()
    further: str | None = None
    """What to ask for the rows after these; None: there are none."""
