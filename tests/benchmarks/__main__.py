"""`python -m tests.benchmarks [--quick] [--output FILE] [NAME …]`."""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from pathlib import Path

import structlog

from operate.launch.valkey import EmbeddedValkey
from tests.acceptance.leftovers import await_none
from tests.benchmarks.benchmark import Benchmark, Workshop, benchmarks
from tests.benchmarks.results import plot, report
from tests.benchmarks.results.curve import Curve
from tests.benchmarks.results.ratio import Ratio
from tests.loopback import namespace


def main() -> None:
    """Run the benchmarks, write the figures and print them."""
    namespace.enter_if_allowed()
    known = benchmarks()
    arguments = _parse(list(known))
    chosen = {name: known[name] for name in arguments.names or known}
    quiet = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(wrapper_class=quiet, cache_logger_on_first_use=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="campfire-bench-") as folder:
        found = asyncio.run(_run(chosen, Path(folder), quick=arguments.quick))
        left = await_none(Path(folder), within_s=5)
    seconds = time.monotonic() - began
    ratios = [it for it in found if isinstance(it, Ratio)]
    curves = [it for it in found if isinstance(it, Curve)]
    report.write(arguments.output, ratios, curves, quick=arguments.quick, seconds=seconds)
    if ratios:
        _say(report.table(ratios))
    if curves:
        _say(report.curve_table(curves))
        plot.draw(curves, arguments.picture or arguments.output.with_suffix(".svg"))
    many = f"{len(ratios)} ratios and {len(curves)} curves"
    _say(f"\n{many} in {seconds:.0f} s; written to {arguments.output}")
    if left:
        sys.exit(f"still running after the benchmarks: {left}")


async def _run(chosen: dict[str, Benchmark], folder: Path, *, quick: bool) -> list[Ratio | Curve]:
    found: list[Ratio | Curve] = []
    with EmbeddedValkey(folder / "valkey") as valkey:
        for name, benchmark in chosen.items():
            own = folder / name
            own.mkdir()
            began = time.monotonic()
            found += await benchmark.measure(Workshop(valkey=valkey, folder=own, quick=quick))
            _say(f"{name}: {time.monotonic() - began:.0f} s")
    return found


def _parse(names: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names)}")
    parser.add_argument("--quick", action="store_true", help="only show that they work")
    parser.add_argument("--output", type=Path, default=Path("bench.json"))
    parser.add_argument("--picture", type=Path, help="of the curves, .svg or .png; else beside it")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(names):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    return arguments


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
