"""The numbers of our own newest posts."""

from consumer.campfire.recent_ids import RecentIds


def test_a_gap_is_filled_by_our_own_posts_alone() -> None:
    """One number of somebody else's, or one that is not known any more, leaves it open."""
    own = RecentIds(most=3)
    assert own.fill(after=7, before=8)
    assert own.fill(after=8, before=7)
    assert not own.fill(after=7, before=9)
    own.add("8")
    own.add("2af0-no-number")
    assert own.fill(after=7, before=9)
    assert not own.fill(after=7, before=10)
    for newer in ("9", "10", "11"):
        own.add(newer)
    assert own.fill(after=8, before=12)
    assert not own.fill(after=7, before=12)


def test_a_deleted_post_fills_nothing() -> None:
    """Its number may be somebody else's next."""
    own = RecentIds()
    own.add("8")
    own.discard("8")
    own.discard("9")
    assert not own.fill(after=7, before=9)
