"""I10: a call that somebody approved runs at most once, and what is on record of it is true."""

from collections import Counter
from collections.abc import Iterator

from tests.faults.history import History, Violation

MAY_HAVE_RUN = {"running", "done", "failed", "unknown"}
OVER = {"done", "failed", "unknown", "denied", "withdrawn", "expired"}


def approved_at_most_once(history: History) -> Iterator[Violation]:
    """I10: never twice, never without a yes, and never done without having run."""
    ran = Counter(event.message for event in history.of("ran"))
    for request, times in ran.items():
        state = history.requests.get(request, "gone")
        if times > 1:
            yield Violation("I10", f"request {request}", f"ran {times} times")
        if state not in MAY_HAVE_RUN:
            yield Violation("I10", f"request {request}", f"ran, and is {state}")
    for request, state in history.requests.items():
        if state == "done" and not ran[request]:
            yield Violation("I10", f"request {request}", "is done, and never ran")
        if state not in OVER | {"open"}:
            yield Violation("I10", f"request {request}", f"is {state} for ever")
