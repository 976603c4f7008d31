"""Seats: no link and no lane takes all of them, and some are the operator's."""

from contextlib import ExitStack

import pytest

from ingress.live.seats import OF_A_LANE, OF_A_LINK, Seats
from shared.errors import TooManyWatchers
from shared.lane import Lane

LANE = Lane(2, "assistant")


def taken(seats: Seats, stack: ExitStack, wanted: int, lane: Lane = LANE, link: str = "") -> int:
    """How many of so many are seated; `#` in the link is a number."""
    for number in range(wanted):
        try:
            stack.enter_context(seats.take(lane, link.replace("#", str(number))))
        except TooManyWatchers:
            return number
    return wanted


def test_one_link_one_lane_and_all_links_have_their_bounds() -> None:
    """500 readers on one link take 20 seats, on any links of one lane 100, in all lanes 450."""
    seats = Seats(500)
    with ExitStack() as stack:
        assert taken(seats, stack, 500, link="one") == OF_A_LINK
        assert taken(seats, stack, 500, link="other#") == OF_A_LANE - OF_A_LINK
        for room in range(10, 30):
            taken(seats, stack, 50, Lane(room, "assistant"), f"{room}-#")
        assert seats.taken == 450
        assert taken(seats, stack, 500) == 50
        with pytest.raises(TooManyWatchers), seats.take(LANE, ""):
            raise AssertionError("seated")
    assert (seats.taken, taken(seats, ExitStack(), 1, link="one")) == (0, 1)


@pytest.mark.parametrize("most", [1, 2, 16, 32])
def test_with_few_seats_the_operator_still_has_one(most: int) -> None:
    """However few there are, links leave one."""
    seats = Seats(most)
    with ExitStack() as stack:
        for room in range(100):
            taken(seats, stack, 2, Lane(room, "assistant"), f"{room}-#")
        assert taken(seats, stack, 1) == 1
