"""Every webhook delivery and its answer, for tests and for the curious."""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, Literal

Outcome = Literal["pending", "nothing", "message", "file", "timeout", "unreachable", "failed"]

KEPT = 10_000
SHOWN_BODY_CHARACTERS = 100_000


@dataclass(slots=True)
class Delivery:
    """One call of one bot; `seconds` until its end."""

    number: int
    at: str
    bot_id: str
    room_id: int
    message_id: int
    payload: dict[str, Any]
    outcome: Outcome = "pending"
    status: int | None = None
    content_type: str | None = None
    answer: str | None = None
    posted_message_id: int | None = None
    error: str | None = None
    seconds: float | None = None

    def answered(self, status: int, content_type: str | None, body: bytes) -> None:
        """Note the answer."""
        self.status, self.content_type = status, content_type
        self.answer = body.decode(errors="replace")[:SHOWN_BODY_CHARACTERS]

    def posted(self, message_id: int, outcome: Outcome) -> None:
        """Note what the answer became; the notice of a timeout stays one."""
        self.posted_message_id = message_id
        self.outcome = self.outcome if self.outcome == "timeout" else outcome

    def failed(self, error: str) -> None:
        """Note that the job ended in an error; what is known better stays."""
        self.error = error
        self.outcome = "failed" if self.outcome == "pending" else self.outcome

    def log_context(self) -> dict[str, object]:
        """What may be logged: no text, no key."""
        return {
            "bot": self.bot_id,
            "room": self.room_id,
            "message": self.message_id,
            "outcome": self.outcome,
            "status": self.status,
            "seconds": self.seconds,
        }


class DeliveryLog:
    """The last deliveries, oldest first."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._kept: deque[Delivery] = deque(maxlen=KEPT)

    def start(self, bot_id: str, room_id: int, message_id: int, body: bytes) -> Delivery:
        """Note that a bot is being called; the key in the payload is masked."""
        payload = json.loads(body)
        payload["room"]["path"] = f"/rooms/{room_id}/[key]/messages"
        at = self._clock().isoformat()
        delivery = Delivery(next(self._numbers), at, bot_id, room_id, message_id, payload)
        self._kept.append(delivery)
        return delivery

    def all(self) -> list[Delivery]:
        """Every delivery that is remembered."""
        return [*self._kept]

    def clear(self) -> None:
        """Forget them; numbers go on."""
        self._kept.clear()
