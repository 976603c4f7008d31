"""The picture of the curves: flat is what does not grow."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tests.benchmarks.results.curve import Curve, Point

Line = tuple[str, list[int], list[float]]
"""What it is called, sizes, and the cost at each over that at the first."""
Panel = tuple[str, list[Line]]

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: small, and it can be searched
    "svg.hashsalt": "campfire",  # the same figures give the same file
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_MARKERS = "osD^v<>Pp*hX"


def draw(curves: Sequence[Curve], file: Path) -> None:
    """Write it to a file, `.svg` or `.png`: two panels for each thing that grows."""
    panels = list(_panels(curves))
    rows = (len(panels) + 1) // 2
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(11, 3.8 * rows), layout="constrained")
        for place, panel in enumerate(panels):
            _draw(figure.add_subplot(rows, 2, place + 1), *panel)
        metadata = {"Date": None} if file.suffix == ".svg" else None
        figure.savefig(file, metadata=metadata, dpi=110)


def _panels(curves: Sequence[Curve]) -> Iterator[Panel]:
    for grows in dict.fromkeys(curve.grows for curve in curves):
        mine = [curve for curve in curves if curve.grows == grows]
        yield (
            grows,
            [_line(it, f"{it.points[0].ms:.1f} ms", lambda point: point.ratio) for it in mine],
        )
        inside = [it for it in mine if all(point.redis_ratio for point in it.points)]
        if inside:
            told = [
                _line(it, f"{it.points[0].redis_us:.0f} µs", lambda point: point.redis_ratio or 0)
                for it in inside
            ]
            yield f"{grows}, inside Redis", told


def _line(curve: Curve, first: str, figure: Callable[[Point], float]) -> Line:
    label = f"{curve.name} ({first})"
    return label, [it.at for it in curve.points], [figure(it) for it in curve.points]


def _draw(axes: Axes, title: str, lines: Sequence[Line]) -> None:
    for (label, sizes, ratios), marker in zip(lines, _MARKERS, strict=False):
        axes.plot(sizes, ratios, marker=marker, markersize=4, label=label)
    first = lines[0][1][0]
    axes.set(xscale="log", yscale="log", title=title, ylabel=f"× the cost at {first}")
    axes.set_ylim(0.3, 20 * max(10, *(max(ratios) for _, _, ratios in lines)))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend(fontsize=7, frameon=False, loc="upper left", title=f"(at {first})")
