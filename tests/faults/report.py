"""Tells what the suite saw: a line a scenario, broken promises with their history, the counts."""

from collections import Counter
from collections.abc import Iterable, Iterator

from tests.faults.history import Violation
from tests.faults.suite import Result

EXCERPT = 40
OF_EACH = 4


def line(result: Result) -> str:
    """One scenario in one line; more when it broke something."""
    state = "ok  " if result.good else "FAIL"
    outcomes = ", ".join(f"{count} {name}" for name, count in result.outcomes().items())
    again = f" (try {result.tries})" if result.tries > 1 else ""
    return f"{state} {result.seconds:5.1f} s  {result.scenario.name}: {outcomes}{again}"


def excerpt(result: Result) -> str:
    """The broken promises, and what happened to the messages they speak of."""
    lines = [f"  seed {result.seed}"]
    lines += [f"  | {result.unasked}"] if result.unasked else []
    lines += [f"  {violation}" for violation in _of_each(result.violations)]
    if result.trouble:
        lines += [f"  | {text}" for text in result.trouble.strip().splitlines()]
    subjects = {violation.subject for violation in result.violations[:3]}
    lines += [f"    {event}" for event in _events(result, subjects)]
    lines += [f"    > {text}" for text in result.noise[-15:]]
    return "\n".join(lines)


def _of_each(violations: list[Violation]) -> Iterator[Violation]:
    """Of each invariant the first ones: forty late answers are not to hide the one that counts."""
    told: Counter[str] = Counter()
    for violation in violations:
        told[violation.invariant] += 1
        if told[violation.invariant] <= OF_EACH:
            yield violation


def _events(result: Result, subjects: set[str]) -> list[str]:
    chosen = [
        str(event)
        for event in result.history.events
        if event.kind == "died" or not subjects or {event.message, event.lane} & subjects
    ]
    return chosen[:EXCERPT]


def summary(results: list[Result]) -> str:
    """The seed, and how many faults and messages there were, by kind."""
    faults = Counter(result.scenario.fault for result in results)
    chosen = sum((result.scenario.faults for result in results), Counter[str]())
    deaths = sum(1 for result in results for _ in result.history.of("died"))
    messages = sum((result.outcomes() for result in results), Counter[str]())
    broken = Counter(v.invariant for result in results for v in result.violations)
    return "\n".join(
        [
            f"seed {results[0].seed if results else '-'}",
            f"scenarios by fault: {_counts(faults)}; processes that died: {deaths}",
            f"faults the adversary chose: {_counts(chosen) or 'none'}",
            f"messages by outcome: {_counts(messages)}",
            f"broken promises: {_counts(broken) or 'none'}",
        ]
    )


def broken(results: Iterable[Result]) -> list[Violation]:
    """Every broken promise of every scenario."""
    return [violation for result in results for violation in result.violations]


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.most_common())
