"""I9: the ingress never lets Campfire post an answer of ours by accident."""

from collections.abc import Iterator

from tests.faults.history import History, Violation


def empty_answers(history: History) -> Iterator[Violation]:
    """I9: only a deliberate sentence has a Content-Type, and every answer comes in time."""
    for event in history.of("refused"):
        if event.detail.startswith("late"):
            yield Violation("I9", event.message, f"was answered {event.detail}")
        if "Content-Type" in event.detail:
            yield Violation("I9", event.message, f"would be posted by Campfire: {event.detail}")
