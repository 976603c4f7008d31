"""I3: the effective order in a lane is the order in which its messages were accepted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from tests.faults.history import Event, History, Violation, by_lane, by_message

MOMENT_S = 1.9
"""Within it (accept.lua: 2 s) Campfire's number decides, but the head is never overtaken."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """When a message was taken: after `sent`, before `acknowledged`."""

    message: str
    lane: str
    sent: float
    acknowledged: float

    @property
    def number(self) -> int:
        """Campfire's number of the message."""
        return int(self.message)


def in_order_of_acceptance(history: History) -> Iterator[Violation]:
    """I3, by the order of the first claims and by the order of what the room saw."""
    accepted = acceptances(history)
    claims = sorted(history.of("started"), key=lambda event: event.token or 0)
    posts = sorted(
        (event for event in history.of("posted") if event.detail != "notice"),
        key=lambda event: event.number or 0,
    )
    busy_until = {event.message: event.at for event in history.of("settled")}
    for how, events in (("started", claims), ("posted", posts)):
        for lane, own in by_lane(events).items():
            order = [accepted[message] for message in _first_only(own) if message in accepted]
            yield from _inversions(lane, how, order, busy_until)


def acceptances(history: History) -> dict[str, Acceptance]:
    """Every acknowledged message's interval."""
    sent = by_message(history.of("sent"))
    return {
        message: Acceptance(message, events[0].lane, sent[message][0].at, events[0].at)
        for message, events in by_message(history.of("acknowledged")).items()
        if message.isdecimal()  # an event has no number, and comes as it was taken
    }


def _first_only(events: Sequence[Event]) -> list[str]:
    return list(dict.fromkeys(event.message for event in events if event.message))


def _inversions(
    lane: str, how: str, order: list[Acceptance], busy_until: dict[str, float]
) -> Iterator[Violation]:
    for first, second in combinations(order, 2):
        if _belongs_before(second, first, order, busy_until):
            what = f"{first.message} {how} before {second.message}, which was accepted earlier"
            yield Violation("I3", lane, what)


def _belongs_before(
    one: Acceptance, other: Acceptance, lane: list[Acceptance], busy_until: dict[str, float]
) -> bool:
    """Whether `one` must come before `other`."""
    if one.number < other.number:
        earlier = one.acknowledged < other.sent
        return earlier or _overtakes(one, other, lane, busy_until)
    # The later number was here first: it counts as first unless both came within a moment.
    return one.acknowledged < other.sent and other.sent - one.acknowledged > MOMENT_S + 0.2


def _overtakes(
    one: Acceptance, other: Acceptance, lane: list[Acceptance], busy_until: dict[str, float]
) -> bool:
    """Whether `one`, sent a moment after `other`, still had to be put before it."""
    if not (other.acknowledged < one.sent and one.acknowledged - other.sent < MOMENT_S):
        return False
    return any(
        head.acknowledged < other.sent
        and head.number < one.number
        and busy_until.get(head.message, 0.0) > one.acknowledged
        for head in lane
    )
