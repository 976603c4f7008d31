"""Which cases of a table `make test` runs, and which only `make long`.

    @pytest.mark.short_form("400-hot", "529-restart")

above a test keeps these of its cases for `make test`, each known by its id or the beginning of it
(up to a hyphen); all others are marked `long`, as is a whole test under `@pytest.mark.long`.
"""

from collections import defaultdict

import pytest


def mark_long_forms(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what a test's short form leaves out.

    Raises pytest.UsageError for a case that no test has: a renamed one would leave `make test`.
    """
    unknown: dict[str, set[str]] = defaultdict(set)
    known: dict[str, set[str]] = defaultdict(set)
    for item in items:
        if (marker := item.get_closest_marker("short_form")) is None:
            continue
        test, case = item.nodeid.partition("[")[0], _case(item)
        unknown[test] |= set(marker.args)
        kept = {name for name in marker.args if case == name or case.startswith(f"{name}-")}
        known[test] |= kept
        if not kept:
            item.add_marker(pytest.mark.long)
    lost = [f"{test}[{name}]" for test in unknown for name in sorted(unknown[test] - known[test])]
    if lost and _takes_whole_files(config):
        raise pytest.UsageError(f"no such case, named by short_form: {', '.join(lost)}")


def _case(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[2].removesuffix("]")


def _takes_whole_files(config: pytest.Config) -> bool:
    return not any("::" in argument for argument in config.args)
