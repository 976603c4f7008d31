"""Who stays connected when there are too many, and how the descriptors are shared out."""

import pytest

from ingress.connections.descriptors import FEWEST, OUR_OWN, shared_out
from ingress.connections.places import Places
from shared.errors import ConfigurationError


class Guest:
    def __init__(self, peer: str) -> None:
        self.peer = peer
        self.was_ended = False

    def hang_up(self) -> None:
        self.was_ended = True


def arrive(places: Places, *peers: str) -> list[Guest]:
    guests = [Guest(peer) for peer in peers]
    for guest in guests:
        places.waits(guest)
    return guests


def ended(guests: list[Guest]) -> list[int]:
    return [number for number, guest in enumerate(guests) if guest.was_ended]


def test_when_it_is_full_the_oldest_without_a_request_goes() -> None:
    """Not who is being answered, and not the newcomer."""
    places = Places(4)
    guests = arrive(places, "a", "b", "c", "d")
    places.is_answered(guests[0])
    guests += arrive(places, "e", "f")
    assert ended(guests) == [1, 2]
    assert len(places) == 4


def test_one_address_has_at_most_half_of_the_places() -> None:
    """Its own oldest goes, however few others there are."""
    places = Places(6)
    guests = arrive(places, "a", "b", "b", "b", "b", "b")
    assert ended(guests) == [1, 2]


def test_the_newcomer_goes_where_all_others_are_being_answered() -> None:
    """Nobody loses an answer that is under way."""
    places = Places(2)
    guests = arrive(places, "a", "b")
    for guest in guests:
        places.is_answered(guest)
    guests += arrive(places, "c")
    assert ended(guests) == [2]


def test_whoever_was_answered_waits_anew() -> None:
    """A connection that works is younger than one that is silent."""
    places = Places(4)
    guests = arrive(places, "a", "b", "c", "d")
    places.is_answered(guests[0])
    places.waits(guests[0])
    guests += arrive(places, "e", "f", "g")
    assert ended(guests) == [1, 2, 3]


def test_too_many_bytes_of_unanswered_requests_end_who_sent_most() -> None:
    """A small delivery is not the one that goes; what is being answered stays, and counts."""
    places = Places(10, most_bytes=100)
    guests = arrive(places, *"abcd")
    for guest, size in zip(guests, (5, 60, 30, 10), strict=True):
        places.sends(guest, size)
    assert ended(guests) == [1]
    places.is_answered(guests[2])
    places.sends(guests[2], 60)
    assert ended(guests) == [1, 3]
    places.waits(guests[2])  # answered: its bytes are nobody's any more
    places.sends(guests[0], 95)
    assert ended(guests) == [1, 3]


def test_who_left_takes_no_place_and_leaving_twice_is_harmless() -> None:
    """Nothing is kept of anybody."""
    places = Places(4)
    guests = arrive(places, "a", "a")
    places.sends(guests[0], 5)
    for guest in (*guests, *guests):
        places.leaves(guest)
    places.sends(guests[0], 5)
    assert len(places) == 0
    assert vars(places)["_bytes"] == 0
    assert vars(places)["_by_peer"] == {}


@pytest.mark.parametrize("limit", [FEWEST, 1024, 4096, 20_000, 1 << 20])
def test_what_is_shared_out_fits(limit: int) -> None:
    """All shares together leave our own descriptors free, and nobody is left with nothing."""
    found = shared_out(limit)
    assert found.connections + found.streams + found.backlog + OUR_OWN <= limit
    assert min(found.connections, found.streams, found.backlog) >= 16


def test_too_few_descriptors_are_a_sentence() -> None:
    """It says how many there are, and how many it takes."""
    with pytest.raises(ConfigurationError, match="the limit is 100, at least 256"):
        shared_out(100)
