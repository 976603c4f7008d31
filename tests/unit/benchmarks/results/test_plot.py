"""The picture of `make bench`."""

from pathlib import Path

from tests.benchmarks.results.curve import Curve, Point
from tests.benchmarks.results.plot import draw


def test_the_picture_says_what_each_line_is_and_is_the_same_again(tmp_path: Path) -> None:
    """Words stay words in it, and a run with the same figures changes no byte."""
    points = [(10, 1.5, 120.0), (1000, 1.6, 125.0)]
    curves = [
        Curve(
            name=name,
            grows="waiting lanes",
            points=tuple(
                Point(
                    at=at, ms=ms, redis_us=us, ratio=ms / 1.5, redis_ratio=us / 120 if us else None
                )
                for at, ms, us in points
            ),
        )
        for name in ("claim of one", "sweep")
    ]
    one, same = tmp_path / "1.svg", tmp_path / "2.svg"
    draw(curves, one)
    draw(curves, same)
    drawn = one.read_text(encoding="utf-8")
    for words in ("claim of one (1.5 ms)", "claim of one (120 µs)", "waiting lanes, inside Redis"):
        assert words in drawn
    assert drawn == same.read_text(encoding="utf-8")
