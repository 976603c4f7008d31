"""What came between a question and its answer, and what is asked to know it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from consumer.addressing.between import MOST_LANES, Between
from consumer.addressing.naming import WHILE_S
from consumer.campfire.errors import CampfireUnavailable, NotInRoom
from consumer.campfire.messages import Creator, Message, Page
from consumer.campfire.probe import Offers
from consumer.queue.claim import Claim
from shared.bots import Roster
from shared.lane import Lane
from tests.deliveries import inbound

ADA, BO, ME, OTHER_BOT = 1, 2, 3, 4
ASKED_S = 1_000_000.0


def said(number: int, author: int | None) -> Message:
    """A message of the room, somebody's or nobody's."""
    creator = None if author is None else Creator(author, "x", "member")
    return Message(number, datetime.now(UTC), "x", "<div>x</div>", creator, 2)


@dataclass
class Room:
    """Campfire and the queue, as far as they are asked; `asked` counts what Campfire was."""

    after: list[Message] | Exception = field(default_factory=list)
    index: bool = True
    behind: set[str] = field(default_factory=set)
    post: str | None = None
    asked: int = 0

    async def probe(self) -> Offers:
        return Offers(index=self.index, edit=self.index, boosts=self.index)

    def room(self, lane: Lane) -> "Room":
        assert lane == Lane(2, "assistant")
        return self

    async def page(self, *, after: int) -> Page:
        self.asked += 1
        assert after == 10
        if isinstance(self.after, Exception):
            raise self.after
        return Page(tuple(self.after), 100)

    async def people_behind(self, claim: Claim) -> set[str]:
        return self.behind

    async def last_post(self, claim: Claim) -> str | None:
        return self.post


def claim(number: int = 10, user_id: int | None = ADA) -> Claim:
    """A question of Ada's, or of somebody."""
    message = inbound(number, accepted_ms=round(ASKED_S * 1000))
    message = message.model_copy(update={"user_id": user_id, "room_id": 2})
    return Claim(job_id="j", token="1", message=message, claimed_ms=0, starts=1)


def between(room: Room, waited_s: float = 0.0) -> Between:
    """So long after the question."""
    now: Any = room
    return Between(now, now, Roster({}, {"assistant": "3-key"}), clock=lambda: ASKED_S + waited_s)


@pytest.mark.parametrize(
    ("behind", "mixed"), [(set(), False), ({"1"}, False), ({"2"}, True), ({""}, True)]
)
async def test_others_who_wait_are_between(behind: set[str], mixed: bool) -> None:
    """Another's question stands below; the asker's own next one does not make it two people."""
    room = Room(behind=behind)
    assert await between(room).mixed(claim()) is mixed
    assert room.asked == 0


@pytest.mark.parametrize(
    ("post", "answered", "mixed"),
    [
        (None, [], False),
        ("9", [BO], False),
        ("11", [BO], True),
        ("11", [ADA], False),
        ("11", [BO, ADA], True),
        ("11", [], False),
    ],
)
async def test_an_answer_to_another_is_between(
    post: str | None, answered: list[int], mixed: bool
) -> None:
    """By the lane's newest post; whom that answered before a restart is not known."""
    asked = between(Room(post=post))
    for user_id in answered:
        asked.answered(claim(9, user_id))
    assert await asked.mixed(claim()) is mixed


@pytest.mark.parametrize(
    ("after", "mixed"),
    [
        ([], False),
        ([said(11, ADA)], False),
        ([said(11, ME), said(12, ADA)], False),
        ([said(11, ADA), said(12, BO)], True),
        ([said(11, OTHER_BOT)], True),
        ([said(11, None)], True),
        (CampfireUnavailable("down"), None),
        (NotInRoom("deleted"), False),
    ],
)
async def test_after_a_while_the_room_is_asked_once(
    after: list[Message] | Exception, mixed: bool | None
) -> None:
    """Anybody's words but the asker's and ours count, a bot's too."""
    room = Room(after=after)
    assert await between(room, WHILE_S).mixed(claim()) is mixed
    assert room.asked == 1


async def test_before_it_the_room_is_not_asked() -> None:
    """A quick answer costs Campfire nothing."""
    room = Room(after=[said(11, BO)])
    assert await between(room, WHILE_S - 0.1).mixed(claim()) is False
    assert room.asked == 0


async def test_without_an_index_nobody_knows() -> None:
    """v1.4.9; and what was not said in Campfire has no place there."""
    assert await between(Room(index=False), WHILE_S).mixed(claim()) is None
    elsewhere = claim().message.model_copy(update={"message_id": "own-1"})
    foreign = Claim(job_id="j", token="1", message=elsewhere, claimed_ms=0, starts=1)
    assert await between(Room(), WHILE_S).mixed(foreign) is None


async def test_in_a_ping_only_who_waits_or_was_answered_is_between() -> None:
    """Another bot's words there call for no name; another person's question does."""
    room = Room(after=[said(11, OTHER_BOT)])
    message = claim().message.model_copy(update={"room_name": None})
    ping = Claim(job_id="j", token="1", message=message, claimed_ms=0, starts=1)
    assert await between(room, WHILE_S).mixed(ping) is False
    assert room.asked == 0
    room.behind = {str(BO)}
    assert await between(room).mixed(ping) is True


async def test_the_lanes_that_are_remembered_are_bounded() -> None:
    """The oldest goes."""
    asked = between(Room(post="11"))
    asked.answered(claim(9, BO))
    assert await asked.mixed(claim()) is True
    for room_id in range(100, 100 + MOST_LANES):
        other = claim().message.model_copy(update={"room_id": room_id})
        asked.answered(Claim(job_id="j", token="1", message=other, claimed_ms=0, starts=1))
    assert await asked.mixed(claim()) is False
