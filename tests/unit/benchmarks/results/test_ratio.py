"""Ratios of what was measured by turns, and how they are told."""

from tests.benchmarks.results.ratio import ratio_of_rounds
from tests.benchmarks.results.report import table


def test_the_rounds_median_is_told_with_how_far_they_lie_apart() -> None:
    """Each round is compared with itself: a machine that was busy in one is busy for both."""
    ratio = ratio_of_rounds("cost", ("three", [2.0, 30.0, 5.0]), ("one", [1.0, 10.0, 4.0]))
    assert (ratio.value, ratio.spread, ratio.count) == (2.0, (1.25, 3.0), 3)
    assert table([ratio]).endswith("three ÷ one; 1.25 to 3.00")
