"""I15: a conversation's record is written by its last owner alone."""

from collections.abc import Iterator

from tests.faults.history import Event, History, Violation, by_lane


def written_by_its_owner(history: History) -> Iterator[Violation]:
    """I15: nothing is saved under a fence after somebody was given a newer one.

    The last that was given counts, not the highest: a Redis that went back counts from there.
    """
    for lane, events in by_lane(history.of("owned", "saved")).items():
        owner: Event | None = None
        for event in events:
            if event.kind == "owned":
                owner = event
            elif owner is not None and (event.number or 0) < (owner.number or 0):
                what = f"{event.process} saved its record under the fence {event.number}"
                since = f"{event.at - owner.at:.2f} s after {owner.process} had {owner.number}"
                yield Violation("I15", lane, f"{what}, {since}")
