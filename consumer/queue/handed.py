"""Messages that are handed to this consumer, claimed, in the step that accepts them: hand_over.lua.

One that is lost on its way here is found as every claim is whose answer was lost: it is marked as
running here, and nothing here runs it. What is given back for that must not begin late.
"""

from dataclasses import dataclass, fields
from typing import Self

from pydantic_core import from_json

from consumer.queue.claim import Claim, Unreadable
from shared.inbound import InboundMessage
from shared.lane import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One message, as hand_over.lua gives it."""

    number: int
    """The how manieth it is of those that were handed to this consumer."""
    job: str
    token: str
    claimed: str
    """ms by Redis' clock."""
    line: str
    body: str
    ticket: str

    @classmethod
    def read(cls, word: bytes) -> Self:
        """What a later release adds to it is left out."""
        told = from_json(word)
        return cls(**{name: told[name] for name in _TOLD})

    def claim(self) -> Claim:
        """The claim that was made for us, as claim.lua makes them; raises Unreadable."""
        try:
            message = InboundMessage.model_validate_json(self.body)
        except ValueError as error:
            raise Unreadable(Line.parse(self.line)) from error
        at_ms = int(self.claimed)
        return Claim(
            job_id=self.job,
            token=self.token,
            message=message,
            claimed_ms=at_ms,
            starts=1,
            began_ms=at_ms,
            ticket=self.ticket.encode(),
            is_last=True,
        )


_TOLD = [field.name for field in fields(Handed)]


@dataclass(frozen=True, slots=True)
class Running:
    """What Redis held for running here."""

    job_ids: frozenset[str]
    at_ms: int
    """When, by Redis' clock."""
    handed: int
    """How many messages were handed to us until then (hand_over.lua)."""


class HandedOver:
    """Counts them, as claim.lua is told, and knows which of them count no more."""

    def __init__(self) -> None:
        self.taken = 0
        """The number of the last one that came, or that is known not to come any more."""
        self._known_ms = 0
        """Of when, by Redis' clock, `taken` is."""
        self._void_until = 0, 0
        """ms by Redis' clock, and of those that were handed over in that one the last."""

    def read(self, word: bytes) -> Handed | None:
        """The message; None where it has been given back since."""
        handed = Handed.read(word)
        if (int(handed.claimed), handed.number) <= self._void_until:
            return None
        self.taken, self._known_ms = handed.number, int(handed.claimed)
        return handed

    def void_until(self, running: Running) -> None:
        """What had been handed over then, and did not come, is given back."""
        # Fewer than came: Redis has lost its last writes, and counts on from there.
        is_newer = running.at_ms > self._known_ms
        self.taken = running.handed if is_newer else max(self.taken, running.handed)
        self._known_ms = max(self._known_ms, running.at_ms)
        self._void_until = running.at_ms, running.handed
