"""Who we are among the consumers that share the queue."""

import uuid
from dataclasses import dataclass, field

ONLY = "only"
"""The name of a consumer that was given none."""


@dataclass(slots=True)
class Membership:
    """This process as a member. What others ask of it costs no look into Redis."""

    name: str = ONLY
    """Outlives the process: after a restart the lanes of this name are still its own."""
    shared: bool = False
    """Whether others may answer beside it: their sessions, and ours, are in Redis."""
    me: str = field(init=False)
    """The name and this process; what its claims and its lease carry."""
    is_first: bool = True
    """Of the living members our name sorts first: what is to be done once is ours to do. As the
    heart's last beat told."""

    def __post_init__(self) -> None:
        self.me = f"{self.name}:{uuid.uuid4().hex[:8]}"
