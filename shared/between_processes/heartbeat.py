"""The consumer's sign of life, as it stands in Redis: what `/ready` goes by."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.between_processes.process_state import ProcessState

Neighbour = Literal["campfire", "model"]


class Heartbeat(BaseModel):
    """One beat. What an older consumer does not say is taken to be well."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    at: float = 0.0
    """Seconds since the epoch, by the consumer's clock."""
    running: int = 0
    draining: bool = False
    """It takes no new message: it is about to end."""
    failing: tuple[Neighbour, ...] = ()
    """Whom its last contact failed with."""
    model_fault: str = ""
    """What a turn of the model failed of last, by the error's name; empty while it answers."""

    process: ProcessState | None = None
    """None: an older release's consumer."""

    def wire(self) -> str:
        """As it stands in Redis."""
        return self.model_dump_json()
