"""I14: a conversation is open in one client at a time, on however many consumers."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from tests.faults.history import Event, History, Violation, by_message


@dataclass(frozen=True, slots=True)
class Stretch:
    """How long one client had a conversation open, its start and its end included."""

    process: str
    since: float
    until: float


def one_open_client(history: History) -> Iterator[Violation]:
    """I14: no two have one open at once.

    A process that was frozen past its lease, or that Redis was away from, may have it open still
    when others go on with it: until it thaws and hears of that, and no longer (`history.deaf`).
    Who goes on is not excused. A lease that lapsed without a fault of ours is told with what it
    broke: on a machine that is too busy for the heart to beat nothing is proven.
    """
    for session, events in by_message(history.of("opened", "closed")).items():
        stretches = sorted(_stretches(history, events), key=lambda it: it.since)
        for one, other in combinations(stretches, 2):
            since, until = other.since, min(one.until, other.until)
            if since < until and not _is_excused(history, one, since, until):
                what = f"was open in {one.process} and {other.process} for {until - since:.2f} s"
                yield Violation("I14", session, what + _overload(history, one, since))


def _stretches(history: History, events: list[Event]) -> Iterator[Stretch]:
    """A client that nobody closed is open for as long as its process lives."""
    ends = {(e.process, e.number): e.at for e in events if e.kind == "closed"}
    deaths = {event.process: event.at for event in history.of("died")}
    for event in (event for event in events if event.kind == "opened"):
        died = deaths.get(event.process, float("inf"))
        until = ends.get((event.process, event.number), died)
        yield Stretch(event.process, event.at, until)


def _is_excused(history: History, one: Stretch, since: float, until: float) -> bool:
    """`one`: who had it open first."""
    return any(
        deaf.process in (one.process, "") and deaf.since <= since and until <= deaf.until
        for deaf in history.deaf
    )


def _overload(history: History, one: Stretch, since: float) -> str:
    """What is said where its lease had lapsed by itself when another went on."""
    heard = (e for e in history.of("lapsed") if e.process == one.process and e.at >= since)
    lapsed = next(heard, None)
    stopped = any(
        deaf.process in (one.process, "") and deaf.since <= since <= deaf.until
        for deaf in history.deaf
    )
    if lapsed is None or stopped:
        return ""
    after = f"{lapsed.at - since:.2f} s"
    return f"; overload: without a fault of ours its lease had lapsed, as it heard {after} later"
