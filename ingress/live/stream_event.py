"""One event of a lane's stream, encoded once for all who watch. Pure."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from fastapi.sse import format_sse_event

from shared.between_processes.live_events import EVENT, KIND

GAP_KIND = "gap"
BEGINNING = "0-0"
"""Before every id: whoever resumes here gets all that is kept."""
_ID = re.compile(r"([0-9]{1,19})-([0-9]{1,19})")
_GAP_JSON = '{"version":1,"kind":"gap"}'

Fields = dict[bytes, bytes]


@dataclass(frozen=True)
class StreamEvent:
    """An event under its id in Redis, which orders the lane's events."""

    id: str | None
    """None: a gap of one watcher's own, at which nobody can resume."""
    kind: str
    json: str
    """See shared.between_processes.live_events."""

    @classmethod
    def read(cls, entry_id: bytes, fields: Fields) -> Self:
        """The event of a stream's entry in Redis."""
        return cls(
            entry_id.decode(), fields[KIND.encode()].decode(), fields[EVENT.encode()].decode()
        )

    @classmethod
    def gap(cls) -> Self:
        """Tells a watcher that events before the next one are missing."""
        return cls(None, GAP_KIND, _GAP_JSON)

    @cached_property
    def sse(self) -> bytes:
        """The event as server-sent events have it."""
        return format_sse_event(data_str=self.json, event=self.kind, id=self.id)

    @cached_property
    def message(self) -> str:
        """The event as a WebSocket message has it; `json` is JSON already."""
        known = f'"id":"{self.id}",' if self.id else ""
        return f'{{{known}"event":{self.json}}}'

    @cached_property
    def order(self) -> tuple[int, int]:
        """What the ids are ordered by."""
        return order(self.id or BEGINNING)


def order(entry_id: str) -> tuple[int, int]:
    """An id as the two numbers it is; raises ValueError for what is none."""
    match = _ID.fullmatch(entry_id)
    if match is None:
        raise ValueError("not the id of an event")
    return int(match[1]), int(match[2])
