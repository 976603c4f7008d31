"""What need not be read again of a room, by Campfire's numbers alone."""

import pytest

from consumer.briefing.briefed import Mark
from consumer.briefing.shown_rooms import FEW, MOST_LANES, ShownRooms
from consumer.campfire.messages import Creator
from consumer.campfire.recent_ids import RecentIds
from shared.lane import Lane
from tests.deliveries import inbound
from tests.unit.briefing.test_talk import said

ADA = Creator(1, "Ada Admin", "administrator")
LANE = Lane(2, "assistant")


@pytest.fixture
def shown_rooms() -> ShownRooms:
    own = RecentIds()
    own.add("11")
    shown_rooms = ShownRooms(own)
    shown_rooms.keep(LANE, (said(10, "words", ADA),))
    return shown_rooms


def test_a_conversation_of_two_is_quiet(shown_rooms: ShownRooms) -> None:
    """Question 10, answer 11, question 12: who is there is known, and none of their words kept."""
    seen = shown_rooms.quiet(inbound(12), 12, Mark(told=10))
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
    shown_rooms: ShownRooms, asked: int, mark: Mark
) -> None:
    """Then the room is read."""
    assert shown_rooms.quiet(inbound(12), asked, mark) is None


def test_who_was_never_seen_may_be_a_bot(shown_rooms: ShownRooms) -> None:
    """A stranger who asks is looked at first; so is every room that is not known here."""
    stranger = inbound(12).model_copy(update={"user_id": 9})
    assert shown_rooms.quiet(stranger, 12, Mark(told=10)) is None
    assert shown_rooms.quiet(inbound(12, room_id=3), 12, Mark(told=10)) is None


@pytest.mark.parametrize("asked", [11, 12, 10 + FEW])
def test_what_came_since_is_read_alone_where_it_is_little(
    shown_rooms: ShownRooms, asked: int
) -> None:
    """Who was there before is known."""
    seen = shown_rooms.before(inbound(asked), asked, Mark(told=10))
    assert seen is not None
    assert [message.creator for message in seen] == [ADA]


@pytest.mark.parametrize(
    ("asked", "mark"),
    [
        (11 + FEW, Mark(told=10)),
        (9, Mark(told=10)),
        (12, Mark()),
        (12, Mark(told=10, reset=11)),
        (13, Mark(told=11)),
    ],
    ids=["much", "a lower number", "nothing told", "a new conversation", "told elsewhere"],
)
def test_else_the_newest_page_is(shown_rooms: ShownRooms, asked: int, mark: Mark) -> None:
    """Where others answered since, nobody here knows who spoke in between."""
    assert shown_rooms.before(inbound(asked), asked, mark) is None


def test_after_a_quiet_turn_all_who_spoke_are_known(shown_rooms: ShownRooms) -> None:
    """It found that nobody else did."""
    assert shown_rooms.before(inbound(14), 14, Mark(told=12)) is None
    assert shown_rooms.quiet(inbound(12), 12, Mark(told=10)) is not None
    assert shown_rooms.before(inbound(14), 14, Mark(told=12)) is not None


def test_it_is_bounded(shown_rooms: ShownRooms) -> None:
    """The lane whose room was read longest ago goes first."""
    for room in range(MOST_LANES):
        shown_rooms.keep(Lane(100 + room, "assistant"), ())
    assert shown_rooms.quiet(inbound(12), 12, Mark(told=10)) is None
