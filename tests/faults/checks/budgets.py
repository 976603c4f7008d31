"""I12: of a budget no more is used than it holds and what was stated on top of that."""

from collections.abc import Iterator

from tests.faults.history import History, Violation


def no_budget_overstepped(history: History) -> Iterator[Violation]:
    """By what agents really used, whether anybody lived to count it or not."""
    if history.budget is None:
        return
    used = sum(int(event.detail) for event in history.of("spent"))
    kills = sum(1 for event in history.of("died") if event.process.startswith("consumer"))
    most = history.budget.most(kills)
    if used > most:
        what = f"{used} tokens were used of {history.budget.tokens}, at most {most} were stated"
        yield Violation("I12", "budget", what)
