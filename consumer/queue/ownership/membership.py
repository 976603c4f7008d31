"""This consumer as a member: its name, and whether it is the first of them."""

import asyncio
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

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
    is_first: bool = field(init=False)
    """Of the living members that do not drain our name sorts first: what is to be done once is ours
    to do. As the heart's last beat told: for a beat two may take themselves for it. Before the
    first beat nobody is, unless there can be no other."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def __post_init__(self) -> None:
        self.me = f"{self.name}:{uuid.uuid4().hex[:8]}"
        self.is_first = not self.shared

    def told(self, *, first: bool) -> None:
        """What a beat told; called on the loop."""
        if first != self.is_first:
            self.is_first = first
            self._changed.set()
            self._changed = asyncio.Event()

    async def until(self, *, first: bool) -> None:
        """Wait until we are the first, or are not."""
        while self.is_first is not first:
            await self._changed.wait()


def kept_name(file: Path) -> str:
    """The name that a file keeps, which is made where there is none; raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError), file.open("x", encoding="ascii") as new:
        new.write(uuid.uuid4().hex[:8])
    return file.read_text(encoding="ascii").strip() or ONLY
