"""Messages that get no turn."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from consumer.admission import Admission
from consumer.outcome.outcome import Reply
from consumer.queue.claim import Claim
from consumer.queue.ticket import Ticket
from consumer.turn.skipping import BOT_GONE, Skipping, condemned, summary, too_old
from shared.bots import Bot, Roster
from shared.catalogue import catalogue
from shared.lane import Lane, Line
from shared.operating.pauses import Pause
from tests.deliveries import inbound

EN = catalogue("en")
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
REMINDING: Any = None
"""Nothing here is a firing."""


def claim(**changes: object) -> Claim:
    """A claimed message."""
    return Claim(job_id="j", token="1", message=inbound(1), claimed_ms=0, starts=1, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("crashes", "alone", "dead"),
    [(0, False, False), (2, True, False), (3, False, False), (3, True, True), (9, False, False)],
)
def test_three_crashes_condemn_only_what_ran_alone(crashes: int, alone: bool, dead: bool) -> None:
    """Company is no proof, however often."""
    assert (condemned(claim(crashes=crashes, alone=alone), EN) is not None) is dead


def test_the_room_is_told_of_the_condemned() -> None:
    """A message that kills while it is answered is told of; one whose answer kills is not."""
    told = condemned(claim(crashes=3, alone=True), EN)
    assert told is not None
    assert len(told.parts) == 1
    silent = condemned(claim(crashes=3, alone=True, reply={"parts": ["x"]}), EN)
    assert silent is not None
    assert silent.parts == ()


def test_age_counts_from_acceptance() -> None:
    """Older than the limit is too old; the limit itself is not."""
    assert not too_old(0, 900_000, 900)
    assert too_old(0, 900_001, 900)


def _ticket(number: int, name: str, minute: int) -> Ticket:
    at = round(datetime(2026, 11, 23, 9, minute, tzinfo=UTC).timestamp() * 1000)
    return Ticket(f"job{number}", Line(Lane(2, "a")), at, at, 0, str(number), name)


def test_one_skipped_message() -> None:
    """One is told of with its time."""
    reply = summary([_ticket(1, "Ada", 5)], NOW, EN)
    assert "the message of Ada from 09:05 (UTC)." in reply.parts[0]
    assert (reply.ending, reply.skipped) == ("expired", ())


def test_many_skipped_messages_are_one_sentence() -> None:
    """Each person once, first and last time, and all but the claimed one end with it."""
    old = [_ticket(1, "Ada", 5), _ticket(2, "Ben <b>", 7), _ticket(3, "Ada", 9)]
    reply = summary(old, NOW, EN)
    assert (
        "3 messages of Ada and Ben &lt;b&gt;, sent between 09:05 and 09:09 (UTC)." in reply.parts[0]
    )
    assert reply.skipped == ("job2", "job3")


def test_their_time_has_its_zone_and_where_it_is_not_today_its_date() -> None:
    """In the zone of the service, by a name that means one zone."""
    tomorrow = datetime(2026, 11, 24, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    reply = summary([_ticket(1, "Ada", 5)], tomorrow, EN)
    assert "from 2026-11-23 17:05 (Asia/Shanghai, UTC+08:00)." in reply.parts[0]


def test_a_reply_survives_storage() -> None:
    """What is stored before the first post reads back the same."""
    reply = summary([_ticket(1, "Ada", 5), _ticket(2, "Ada", 6)], NOW, EN)
    assert Reply.from_json(reply.to_json()) == reply


@dataclass
class Behind:
    """What waits behind a claimed message."""

    tickets: list[Ticket]

    async def waiting(self, claim: Claim) -> list[Ticket]:
        return self.tickets


class Everybody(Admission):
    """Refuses nobody."""

    def __init__(self) -> None:
        pass

    async def refused(self, claim: Claim) -> Reply | None:
        return None


async def no_pauses() -> list[Pause]:
    return []


def _skipping(*behind: Ticket) -> Skipping:
    lines: Any = Behind(list(behind))
    return Skipping(
        *(lines, Everybody(), REMINDING, Roster({}, {}), EN),
        max_age_s=900,
        pauses=no_pauses,
        now=lambda: NOW,
    )


@pytest.mark.parametrize(("minute", "skipped"), [(44, ("job2",)), (45, None)])
async def test_one_too_old_ends_with_all_behind_it_that_are(
    minute: int, skipped: tuple[str, ...] | None
) -> None:
    """Of 9:44, 9:30 and 9:50, at 10:00 with a quarter of an hour: the first two, in one reply."""
    asked = round(datetime(2026, 11, 23, 9, minute, tzinfo=UTC).timestamp() * 1000)
    mine = replace(claim(), message=inbound(1, accepted_ms=asked))
    reply = await _skipping(_ticket(2, "Bo", 30), _ticket(3, "Cy", 50)).no_turn(mine)
    assert (reply and reply.skipped) == skipped


async def test_a_message_to_a_bot_that_is_gone_is_dead() -> None:
    """Neither file nor key: nobody can answer in its name."""
    assert await _skipping().gone(claim()) is BOT_GONE


async def test_a_bot_that_the_web_process_saw_first_is_looked_for() -> None:
    """Its file is new: the message is not lost for the second by which we are later."""
    message = claim().message
    roster = Roster({}, {})

    async def look() -> None:
        bot = Bot(id=message.bot_id, name="New", system_prompt="x")
        roster.replace([bot], {bot.id: "7-abcdefghijkl"})

    roster.look = look
    lines: Any = Behind([])
    skipping = Skipping(
        *(lines, Everybody(), REMINDING, roster, EN),
        max_age_s=900,
        pauses=no_pauses,
        now=lambda: NOW,
    )
    assert await skipping.gone(claim()) is None
