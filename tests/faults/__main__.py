"""`python -m tests.faults`: every scenario with one seed, then the adversary's long run."""

import argparse
import asyncio
import logging
import secrets
import sys
from pathlib import Path

import structlog

from tests.faults import report
from tests.faults.adversary import long_run
from tests.faults.scenarios import ALL
from tests.faults.suite import Result, run_all
from tests.loopback import namespace


def main() -> int:
    """Run; 0 when every promise was kept."""
    namespace.enter_if_allowed()
    options = _options()
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # it tells of broken callers
    structlog.configure(wrapper_class=quiet)  # the stand-in Campfire tells of every call
    seed = options.seed if options.seed is not None else secrets.randbelow(1_000_000)
    _say(f"seed {seed}")
    chosen = [s for s in ALL if options.only in s.name and (s.short or not options.short)]
    if options.messages and options.only in ("", "adversary"):
        several = options.consumers > 1
        chosen.append(long_run(options.messages, options.minutes * 60, several=several))
    results = asyncio.run(run_all(chosen, seed, _tell, options.keep))
    _say(report.summary(results))
    return 0 if all(result.good for result in results) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, help="repeat a run: its seed is printed first")
    parser.add_argument("--messages", type=int, default=2000, help="how many the adversary takes")
    parser.add_argument("--minutes", type=float, default=10, help="how long it takes at most")
    parser.add_argument(
        "--consumers", type=int, choices=(1, 3), default=1, help="how many the adversary breaks"
    )
    parser.add_argument("--only", default="", help="only scenarios whose name holds these words")
    parser.add_argument("--short", action="store_true", help="what `make test` runs")
    parser.add_argument("--keep", type=Path, help="a folder for the worlds that broke a promise")
    return parser.parse_args()


def _tell(result: Result) -> None:
    _say(report.line(result))
    if not result.good:
        _say(report.excerpt(result))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
