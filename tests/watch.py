"""A test that hangs costs itself, never the run: it is cut off, told, and the rest goes on.

pytest-timeout cuts a test off once, and lets go of it as soon as it has failed: what a failed test
waits for while it cleans up was waited for until somebody ended the whole run, and what had failed
was then printed nowhere. So the clean-up has limits of its own, and a failure is told when it
happens, besides at the end.
"""

import faulthandler
import os
import signal
import sys
from collections.abc import Generator
from types import FrameType

import pytest

CLEAN_UP, HARD = "clean_up_timeout", "clean_up_hard_timeout"
"""The two limits of pytest's configuration, s: the second is for what no exception reaches, and
the process that ends by it is replaced by xdist."""


ERRORS = pytest.StashKey[int]()
"""Where errors go while pytest captures what tests print."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Name the two limits, s."""
    parser.addini(CLEAN_UP, "when each fixture's clean-up is cut off", type=float, default=60)
    parser.addini(HARD, "when the process of a clean-up ends", type=float, default=300)


def pytest_configure(config: pytest.Config) -> None:
    """Keep the way out that the capture takes the place of."""
    config.stash[ERRORS] = os.dup(2)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let it go."""
    os.close(config.stash[ERRORS])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Bound what a test does once it has passed or failed."""
    soft, hard = (float(item.config.getini(name)) for name in (CLEAN_UP, HARD))
    faulthandler.dump_traceback_later(hard, exit=True, file=item.config.stash[ERRORS])
    before = signal.signal(signal.SIGALRM, _cut_off)
    # Again and again: the next fixture's may hang as well.
    signal.setitimer(signal.ITIMER_REAL, soft, soft)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Tell what failed when it does, where the dots go: a run that is ended tells nothing later."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        said = getattr(report.longrepr, "reprcrash", None) or report.longreprtext
        print(f"\n{report.nodeid} ({report.when}): {said}", file=sys.stderr)  # noqa: T201


def _cut_off(_number: int, _frame: FrameType | None) -> None:
    pytest.fail("the clean-up did not end in time")
