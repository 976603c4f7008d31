"""What is shown of lanes: those used last, with their conversations."""

from shared.operating.view import View


class LaneRow(View):
    """One lane."""

    bot_id: str
    room_id: int
    room: str | None = None
    """None in a ping, and where it is not known."""
    running: str | None = None
    """The job id of the message that runs."""
    waiting: int = 0
    waiting_since_ms: int | None = None
    held: bool = False
    """It is paused: by itself, its bot, its room, or all."""
    last_ms: int | None = None
    """Of its newest message."""
    outcome: str | None = None
    """How the last one of those that have ended did; None where that is too long ago."""
    home: str | None = None
    """The consumer where its conversation is open, where there are several."""
    is_told: bool = True
    """Whether a consumer tells of conversations: else nothing is known of this one's."""
    session: str | None = None
    """hot, warm; None: the next message begins a new conversation, as far as is known."""
    turns: int = 0
    cost_usd: float = 0.0
    input_tokens: int = 0
    output_tokens: int = 0
    memory_mb: int = 0
    session_since: str = ""
    """ISO 8601."""


class LanePage(View):
    """Some rows, those used last first."""

    rows: tuple[LaneRow, ...] = ()
    further: int | None = None
    """How many rows to skip for the next ones; None: there are none."""
