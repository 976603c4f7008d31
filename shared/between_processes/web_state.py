"""What each web process tells of itself, as it stands in Redis: `keys.web_processes`."""

from pydantic import BaseModel, ConfigDict

from shared.between_processes.process_state import ProcessState

EVERY_S = 5.0
GONE_MS = 15_000
"""One that has told nothing for so long is there no more."""


class WebState(BaseModel):
    """One look at it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    at_ms: int
    """By Redis's clock."""
    process: ProcessState
    spooled: int = 0
    """Messages on its disk that wait for Redis."""
    watchers: int = 0
    """Live streams and open pages."""
    token_mark: str = ""
    """Tells its admin token from another, and says nothing of it; empty: an older release's."""
