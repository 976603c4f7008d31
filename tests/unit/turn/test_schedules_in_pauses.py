"""A schedule's times that came while its lane was paused: skipped, and said in one sentence."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from consumer.queue.claim import Claim
from consumer.queue.ticket import Ticket
from consumer.turn.skipping import Skipping
from shared.bots import Roster
from shared.catalogue import catalogue
from shared.inbound import Firing, InboundMessage
from shared.operating.pauses import Pause, Scope
from tests.deliveries import inbound

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def ms(hour: int, minute: int) -> int:
    return round(datetime(2026, 11, 23, hour, minute, tzinfo=UTC).timestamp() * 1000)


PAUSES = [Pause(scope=Scope(room_id=2), since_ms=ms(9, 15), until_ms=ms(9, 55))]


def due(number: int, minute: int, name: str = "news", kind: str = "schedule") -> InboundMessage:
    """What comes at nine and so many minutes."""
    changes = {
        "user_name": f"⏰ {name}",
        "origin": "schedule",
        "about": f"{kind} {name}",
        "firing": Firing(zone="UTC", reminds=None if kind == "schedule" else 1),
    }
    return inbound(number, accepted_ms=ms(9, minute)).model_copy(update=changes)


class Doubles:
    """Nobody is refused, nothing is missed for its age; `behind` waits."""

    def __init__(self, *behind: InboundMessage) -> None:
        self.behind = [Ticket.waiting(f"job{it.message_id}", it) for it in behind]

    async def refused(self, claim: Claim) -> None:
        """Everybody may."""

    async def missed(self, claim: Claim) -> None:
        """Nothing is."""

    async def waiting(self, claim: Claim) -> list[Ticket]:
        return self.behind


async def said_of(message: InboundMessage, *behind: InboundMessage) -> tuple[str, tuple[str, ...]]:
    """What the room is told, and which others end with it."""

    async def pauses() -> list[Pause]:
        return PAUSES

    doubles: Any = Doubles(*behind)
    skipping = Skipping(
        *(doubles, doubles, doubles, Roster({}, {}), catalogue("en")),
        max_age_s=900,
        pauses=pauses,
        now=lambda: NOW,
    )
    claim = Claim(job_id="job1", token="1", message=message, claimed_ms=0, starts=1)
    reply = await skipping.no_turn(replace(claim))
    if reply is None:
        return "", ()
    assert (reply.ending, reply.reason) == ("expired", "paused")
    return reply.parts[0], reply.skipped


async def test_one_is_left_out_and_said() -> None:
    """At 9:20, in the pause: with its name and its time."""
    told, skipped = await said_of(due(1, 20))
    assert "“news” was due" in told
    assert "09:20" in told
    assert skipped == ()


async def test_several_are_one_sentence() -> None:
    """Those of this schedule alone, and of them those that came in the pause."""
    behind = due(2, 30), due(3, 40, name="tea"), due(4, 50), due(5, 57), inbound(6)
    told, skipped = await said_of(due(1, 20), *behind)
    assert "3 times between 09:20 and 09:50" in told
    assert skipped == ("job2", "job4")


@pytest.mark.parametrize("message", [due(1, 10), due(1, 57), due(1, 20, kind="reminder")])
async def test_what_came_before_or_after_or_is_a_person_s_is_done(message: InboundMessage) -> None:
    """Late, if need be."""
    assert await said_of(message) == ("", ())
