"""One figure: ours over what it is compared with, both measured in the same run. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """`of` ÷ `over`."""

    name: str
    of: str
    over: str
    value: float
    count: int
    """Measurements of each of the two."""
    better: Literal["lower", "higher"] = "lower"
    spread: tuple[float, float] | None = None
    """The lowest and the highest of those of which `value` is the median."""


def ratio_of_rounds(
    name: str, of: tuple[str, Sequence[float]], over: tuple[str, Sequence[float]]
) -> Ratio:
    """The median of the ratios of each round, in which both were measured one after the other."""
    (of_label, ours), (over_label, theirs) = of, over
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    return Ratio(
        name=name,
        of=of_label,
        over=over_label,
        value=median(ratios),
        count=len(ratios),
        spread=(min(ratios), max(ratios)),
    )


def latency_ratios(
    name: str, of: tuple[str, Sequence[float]], over: tuple[str, Sequence[float]]
) -> list[Ratio]:
    """The ratios of the medians and of the 99th percentiles of two series of durations."""
    (of_label, ours), (over_label, theirs) = of, over
    return [
        Ratio(
            name=f"{name}, {label}",
            of=of_label,
            over=over_label,
            value=figure(ours) / figure(theirs),
            count=min(len(ours), len(theirs)),
        )
        for label, figure in (("p50", median), ("p99", p99))
    ]


def median_ratio(
    name: str, of: tuple[str, Sequence[float]], over: tuple[str, Sequence[float]]
) -> Ratio:
    """The first of them alone: for series too short for a percentile."""
    return latency_ratios(name, of, over)[0]


def p99(durations: Sequence[float]) -> float:
    """The 99th percentile; of a few durations nearly the longest."""
    return quantiles(durations, n=100, method="inclusive")[98]
