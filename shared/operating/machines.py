"""What is shown of the processes and of Redis."""

from shared.between_processes.process_state import ProcessState
from shared.between_processes.web_state import WebState
from shared.operating.view import View


class ConsumerRow(View):
    """One consumer."""

    name: str = ""
    """As MEMBER says; "" of an older release's."""
    first: bool = False
    """It does what is to be done once."""
    lease_s: float | None = None
    """Until its lease would lapse; None: it has none any more."""
    lanes: int | None = None
    """How many conversations are its own; None: all of them."""
    beat_ms: int | None = None
    running: int = 0
    draining: bool = False
    failing: tuple[str, ...] = ()
    hot: int = 0
    most_hot: int = 0
    spares: int = 0
    memory_mb: int = 0
    most_memory_mb: int = 0
    turns: int = 0
    failed_turns: int = 0
    cost_usd: float = 0.0
    process: ProcessState | None = None
    """None: an older release does not tell, or its heart stands still."""


class RedisRow(View):
    """Redis, as it says itself."""

    version: str = ""
    up_s: int = 0
    used_mb: float = 0.0
    most_mb: float | None = None
    """None: no bound."""
    evicts: bool = False
    """Its policy would throw keys away: they would be ours."""
    aof: bool = False
    aof_ok: bool = True
    saved_ms: int | None = None
    clients: int = 0


class Machines(View):
    """All processes that tell of themselves, and Redis."""

    consumers: tuple[ConsumerRow, ...] = ()
    """By name; none: nobody answers."""
    redis: RedisRow = RedisRow()
    webs: tuple[WebState, ...] = ()
    """The web processes that told of themselves a moment ago, by host and since when they run."""
