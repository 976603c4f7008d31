"""Every bot API call that arrived, for tests; keys are never kept."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count

KEPT = 10_000
SHOWN_BODY_CHARACTERS = 100_000


@dataclass(slots=True)
class BotCall:
    """One call. `status` is None while it runs and when the connection was dropped.

    `path` is what follows the key, e.g. `/messages/12/boosts`; `seconds` is how long it took.
    """

    number: int
    at: str
    method: str
    room: str
    bot_id: str | None
    path: str
    content_type: str | None
    body: str
    body_bytes: int
    status: int | None = None
    fault: str | None = None
    message_id: int | None = None
    seconds: float | None = None

    def log_context(self) -> dict[str, object]:
        """What may be logged: no text, no key."""
        return {
            "method": self.method,
            "room": self.room,
            "bot": self.bot_id,
            "path": self.path,
            "bytes": self.body_bytes,
            "status": self.status,
            "fault": self.fault,
        }


class BotCallLog:
    """The last calls, oldest first."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._kept: deque[BotCall] = deque(maxlen=KEPT)

    def start(
        self,
        *,
        method: str,
        room: str,
        bot_id: str | None,
        path: str,
        content_type: str | None,
        body: bytes,
    ) -> BotCall:
        """Note a call that just arrived."""
        call = BotCall(
            number=next(self._numbers),
            at=self._clock().isoformat(),
            method=method,
            room=room,
            bot_id=bot_id,
            path=path,
            content_type=content_type,
            body=body.decode(errors="replace")[:SHOWN_BODY_CHARACTERS],
            body_bytes=len(body),
        )
        self._kept.append(call)
        return call

    def all(self) -> list[BotCall]:
        """Every call that is remembered."""
        return [*self._kept]

    def clear(self) -> None:
        """Forget them; numbers go on."""
        self._kept.clear()
