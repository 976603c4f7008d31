"""I8: after the faults nothing is left over: no process, descriptor, task or Redis key."""

from collections.abc import Iterator

from tests.faults.history import History, Violation


def nothing_leaked(history: History) -> Iterator[Violation]:
    """I8: what the end of the run found is empty."""
    for leak in history.leaks:
        yield Violation("I8", "leak", leak)
