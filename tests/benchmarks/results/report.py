"""The result of a run: `bench.json`, and a table for people."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.results.curve import Curve, Point
from tests.benchmarks.results.ratio import Ratio


def write(
    file: Path,
    ratios: Sequence[Ratio],
    curves: Sequence[Curve],
    *,
    quick: bool,
    seconds: float,
) -> None:
    """Write the run as JSON; a quick run says that its figures mean nothing."""
    run = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "seconds": round(seconds, 1),
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "system": platform.platform(),
        },
        "ratios": [asdict(ratio) for ratio in ratios],
        "curves": [asdict(curve) for curve in curves],
    }
    file.write_text(json.dumps(run, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def table(ratios: Sequence[Ratio]) -> str:
    """A line a ratio."""
    rows = [("", "ratio", "better", "n", "what")]
    rows += [
        (r.name, f"{r.value:.2f}", r.better, f"{r.count:,}", f"{r.of} ÷ {r.over}{_spread(r)}")
        for r in ratios
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        f"{name:<{widths[0]}}  {value:>{widths[1]}}  {better:<{widths[2]}}  "
        f"{count:>{widths[3]}}  {what}".rstrip()
        for name, value, better, count, what in rows
    )


def _spread(ratio: Ratio) -> str:
    return "" if ratio.spread is None else "; {:.2f} to {:.2f}".format(*ratio.spread)


def curve_table(curves: Sequence[Curve]) -> str:
    """A line a curve: its cost at the smallest size, and the ratios to it; in Redis, and seen."""
    lines = [f"{'as what grows':<32}  {'what it costs':<40}  ms, × at each size (× inside Redis)"]
    for curve in curves:
        first, *more = curve.points
        told = "  ".join(f"{it.at:,}: {it.ratio:.1f}{_in_redis(it)}" for it in more)
        lines.append(f"{curve.grows:<32}  {curve.name:<40}  {first.ms:.2f}  {told}")
    return "\n".join(lines)


def _in_redis(point: Point) -> str:
    return "" if point.redis_ratio is None else f" ({point.redis_ratio:.1f})"
