"""The ticket: what arq and its dashboards know of a message, without text or keys."""

from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from consumer.queue.claim import Claim
from shared.inbound import InboundMessage
from shared.keys import ANSWER, plain
from shared.lane import Lane, Line
from shared.numbers import whole_number
from shared.redis.wire import to_wire


@dataclass(frozen=True, slots=True)
class Ticket:
    """One message's place in the queue. Times in ms since the epoch."""

    job_id: str
    line: Line
    """Where it waits: see InboundMessage.line."""
    accepted_ms: int
    started_ms: int
    starts: int = 0
    message_id: str = ""
    user_name: str = ""
    user_id: int | None = None
    began_ms: int = 0
    """When the first of the attempts that followed on each other was claimed."""
    origin: str = "chat"
    word: str | None = None
    """Which control word it is."""

    @classmethod
    def of(cls, claim: Claim) -> "Ticket":
        """The ticket of a claimed message."""
        message = claim.message
        return cls(
            claim.job_id,
            message.line,
            message.accepted_ms,
            claim.claimed_ms,
            claim.starts,
            message.message_id,
            message.user_name,
            message.user_id,
            claim.claimed_ms if claim.began_ms is None else claim.began_ms,
            message.origin,
            message.control,
        )

    @classmethod
    def read(cls, job_id: str, body: bytes) -> "Ticket":
        """The ticket of a waiting message; raises ValueError when it cannot be read."""
        return cls.waiting(job_id, InboundMessage.model_validate_json(body))

    @classmethod
    def waiting(cls, job_id: str, message: InboundMessage) -> "Ticket":
        """The ticket of a message that nobody has claimed."""
        at = message.accepted_ms
        by = message.user_name, message.user_id
        what = message.origin, message.control
        return cls(job_id, message.line, at, at, 0, message.message_id, *by, at, *what)

    @property
    def lane(self) -> Lane:
        """The conversation that it belongs to."""
        return self.line.lane

    def log_context(self) -> dict[str, str | int]:
        """What may be logged of it."""
        return {
            "bot": self.lane.bot_id,
            "room": self.lane.room_id,
            "message": self.message_id,
            "job": plain(self.job_id),
        }

    def arq_result(self, ending: dict[str, Any], queue: str, *, finished_ms: int) -> bytes:
        """The record that `arq.jobs.Job.result_info()` reads: arq's own fields."""
        return to_wire(
            {
                "t": self.starts,
                "f": ANSWER,
                "a": [self.lane.room_id, self.lane.bot_id, self.message_id],
                "k": {},
                "et": self.accepted_ms,
                "s": ending["outcome"] == "completed",
                "r": ending,
                "st": self.started_ms,
                "ft": finished_ms,
                "q": queue,
                "id": self.job_id,
            }
        )


def ending_of(arq_result: bytes | None) -> dict[str, Any]:
    """The ending that such a record tells of; empty where there is none."""
    return dict(from_json(arq_result)["r"]) if arq_result else {}


def asked_before(ticket: Ticket, word: Ticket) -> bool:
    """Whether a message was posted before a control word, which then ends or forgets it.

    By Campfire's numbers, else by the times of acceptance, as claim.lua does it. Pure.
    """
    number, words = whole_number(ticket.message_id), whole_number(word.message_id)
    if number is not None and words is not None:
        return number < words
    return ticket.accepted_ms < word.accepted_ms
