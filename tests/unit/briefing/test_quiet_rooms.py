"""Where nothing can have been said since the last turn, by Campfire's numbers alone."""

import pytest

from consumer.briefing.briefed import Mark
from consumer.briefing.quiet_rooms import MOST_LANES, QuietRooms
from consumer.campfire.messages import Creator
from consumer.campfire.recent_ids import RecentIds
from shared.lane import Lane
from tests.deliveries import inbound
from tests.unit.briefing.test_talk import said

ADA = Creator(1, "Ada Admin", "administrator")
LANE = Lane(2, "assistant")


@pytest.fixture
def quiet_rooms() -> QuietRooms:
    own = RecentIds()
    own.add("11")
    quiet_rooms = QuietRooms(own)
    quiet_rooms.keep(LANE, (said(10, "words", ADA),))
    return quiet_rooms


def test_a_conversation_of_two_is_quiet(quiet_rooms: QuietRooms) -> None:
    """Question 10, answer 11, question 12: who is there is known, and none of their words kept."""
    seen = quiet_rooms.since(inbound(12), 12, Mark(told=10))
    assert seen is not None
    assert [(m.creator, m.text, m.html) for m in seen] == [(ADA, "", "")]


@pytest.mark.parametrize(
    ("asked", "mark"),
    [
        (13, Mark(told=10)),
        (12, Mark()),
        (12, Mark(told=10, reset=11)),
        (0, Mark(told=10)),
    ],
    ids=["a number that is nobody's we know", "nothing told", "a new conversation", "no number"],
)
def test_where_something_may_be_new_it_is_not(
    quiet_rooms: QuietRooms, asked: int, mark: Mark
) -> None:
    """Then the room is read."""
    assert quiet_rooms.since(inbound(12), asked, mark) is None


def test_who_was_never_seen_may_be_a_bot(quiet_rooms: QuietRooms) -> None:
    """A stranger who asks is looked at first; so is every room that is not known here."""
    stranger = inbound(12).model_copy(update={"user_id": 9})
    assert quiet_rooms.since(stranger, 12, Mark(told=10)) is None
    assert quiet_rooms.since(inbound(12, room_id=3), 12, Mark(told=10)) is None


def test_it_is_bounded(quiet_rooms: QuietRooms) -> None:
    """The lane whose room was read longest ago goes first."""
    for room in range(MOST_LANES):
        quiet_rooms.keep(Lane(100 + room, "assistant"), ())
    assert quiet_rooms.since(inbound(12), 12, Mark(told=10)) is None
