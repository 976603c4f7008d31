"""What is shown of the bots."""

from shared.between_processes.service_status import KnowledgeStatus, ServerStatus, ToolStatus
from shared.operating.now import Day
from shared.operating.pauses import Pause
from shared.operating.view import View


class Refusal(View):
    """A delivery that was turned away."""

    at_ms: int
    status: int
    """401: neither the bot's key nor the token; 404: no such bot."""


class BotRow(View):
    """One bot."""

    bot_id: str
    name: str = ""
    is_told: bool = True
    """Whether a consumer tells of it: else nothing is known of its file, key and servers."""
    takes_part: bool = True
    """It has a key."""
    file_errors: tuple[str, ...] = ()
    """What is wrong with its file since it changed; it is as it was before."""
    key_refused: bool = False
    """Campfire takes no posts of it."""
    delivered_ms: int | None = None
    """When a message to it was taken in last; None: never, as far as is known."""
    refused: Refusal | None = None
    model: str | None = None
    tools: tuple[str, ...] = ()
    servers: tuple[ServerStatus, ...] = ()
    knowledge: KnowledgeStatus | None = None
    calls: tuple[ToolStatus, ...] = ()
    pause: Pause | None = None
    today: Day = Day()
