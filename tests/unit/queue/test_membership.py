"""A member's name outlives its process, and tells its processes apart."""

from pathlib import Path

from consumer.queue.ownership.membership import Membership, kept_name
from shared.members import Member, first, name_of, read


def test_a_name_that_is_made_once_stays(tmp_path: Path) -> None:
    """Of a folder, and of no other; who was given one calls each of its processes otherwise."""
    here, there = tmp_path / "a" / "member", tmp_path / "b" / "member"
    assert kept_name(here) == kept_name(here) != kept_name(there)
    one, two = Membership("a-1"), Membership("a-1")
    assert one.me != two.me
    assert name_of(one.me) == name_of(two.me) == "a-1"


def test_who_is_first_stays() -> None:
    """By name, of those that do not drain; where all do, of all. Who lapsed is none."""
    members = [(b"c:1", 2_000.0), (b"a:2", 999.0), (b"b:3", 3_000.0)]
    living = read([members, {b"b:3"}, (1, 0)])
    assert living == [Member("b", "b:3", 2_000, True), Member("c", "c:1", 1_000, False)]
    assert first(living) == living[1]
    assert first(living[:1]) == living[0]
    assert first([]) is None
