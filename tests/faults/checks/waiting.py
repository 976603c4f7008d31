"""I5, I6: a lane always goes on, innocents are not punished, and other lanes do not feel it."""

from collections.abc import Iterator

from tests.faults.history import Event, History, Violation, by_lane, by_message

CRASHES = 3
FACTOR, FLOOR_S = 10.0, 0.5
"""How much longer than in calm a wait may be: generous, since everything shares one machine."""


def lane_goes_on(history: History) -> Iterator[Violation]:
    """I5: no lane stands still for long, and only the culprit of a crash dies of it."""
    for event in history.of("settled"):
        yield from _just_end(history, event)
    dead_of_it = {event.message for event in history.of("settled") if event.detail == "dead"}
    for message in history.culprits - dead_of_it:
        if history.about(message):
            yield Violation("I5", message, "takes its process down and was not dead-lettered")
    for message, starts in by_message(history.of("started")).items():
        if message in history.culprits and len(starts) > CRASHES + 1:
            yield Violation("I5", message, f"was started {len(starts)} times")
    yield from _standstills(history)


def _just_end(history: History, event: Event) -> Iterator[Violation]:
    excused = event.message in history.culprits or event.lane in history.unreachable
    if event.detail == "dead" and not excused:
        yield Violation("I5", event.message, "is dead-lettered, and is no culprit")
    if event.detail == "failed" and event.message not in history.failing:
        yield Violation("I5", event.message, "failed, and nothing was wrong with it")


def _standstills(history: History) -> Iterator[Violation]:
    taken = {event.message: event.at for event in reversed(list(history.of("acknowledged")))}
    settles = by_lane(history.of("settled"))
    for lane, starts in by_lane(history.of("started")).items():
        for message, attempts in by_message(starts).items():
            first = attempts[0].at
            free = [event.at for event in settles.get(lane, []) if event.at <= first]
            since = max([taken.get(message, first), *free])
            if first - since > history.longest_wait_s:
                yield Violation("I5", lane, f"stood still {first - since:.1f} s before {message}")


def others_undisturbed(history: History) -> Iterator[Violation]:
    """I6: the p99 wait of a lane stays the same while another suffers."""
    if not (history.calm and history.stressed):
        return
    calm = p99(_waits(history, history.calm))
    stressed = p99(_waits(history, history.stressed))
    if stressed > FACTOR * calm + FLOOR_S:
        what = f"p99 wait {stressed * 1000:.0f} ms beside a suffering lane"
        yield Violation("I6", "quiet lane", f"{what}, {calm * 1000:.0f} ms in calm")


def p99(values: list[float]) -> float:
    """The 99th percentile; infinite when there is nothing: then nobody was served."""
    return sorted(values)[max(0, round(len(values) * 0.99) - 1)] if values else float("inf")


def _waits(history: History, messages: set[str]) -> list[float]:
    sent = {event.message: event.at for event in history.of("sent")}
    starts = by_message(history.of("started"))
    return [
        starts[message][0].at - sent[message] if message in starts else float("inf")
        for message in messages
        if message in sent
    ]
