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
from tests.benchmarks import report
from tests.benchmarks.benchmark import Benchmark, Workshop, benchmarks
from tests.benchmarks.ratio import Ratio
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
        ratios = asyncio.run(_run(chosen, Path(folder), quick=arguments.quick))
        left = await_none(Path(folder), within_s=5)
    seconds = time.monotonic() - began
    report.write(arguments.output, ratios, quick=arguments.quick, seconds=seconds)
    _say(report.table(ratios))
    _say(f"\n{len(ratios)} ratios in {seconds:.0f} s; written to {arguments.output}")
    if left:
        sys.exit(f"still running after the benchmarks: {left}")


async def _run(chosen: dict[str, Benchmark], folder: Path, *, quick: bool) -> list[Ratio]:
    ratios: list[Ratio] = []
    with EmbeddedValkey(folder / "valkey") as valkey:
        for name, benchmark in chosen.items():
            own = folder / name
            own.mkdir()
            began = time.monotonic()
            ratios += await benchmark.measure(Workshop(valkey=valkey, folder=own, quick=quick))
            _say(f"{name}: {time.monotonic() - began:.0f} s")
    return ratios


def _parse(names: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names)}")
    parser.add_argument("--quick", action="store_true", help="only show that they work")
    parser.add_argument("--output", type=Path, default=Path("bench.json"))
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(names):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    return arguments


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
