"""A test that hangs is told, and the run ends (tests/watch.py)."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INI = """
[pytest]
addopts = -p no:cacheprovider
timeout = 60
clean_up_timeout = 0.2
clean_up_hard_timeout = 2
"""
WATCHED = ("-p", "pytest_timeout", "-p", "tests.watch")
HANGS_TWICE = """
    import threading, pytest

    @pytest.fixture
    def first():
        yield
        threading.Event().wait()

    @pytest.fixture
    def second(first):
        yield
        threading.Event().wait()

    def test_fails(second):
        raise ValueError("its own fault")

    def test_other():
        pass
"""
IS_DEAF = """
    import signal, threading, pytest

    @pytest.fixture
    def deaf():
        yield
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        threading.Event().wait()

    def test_is_deaf(deaf):
        pass

    def test_other():
        pass
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """One with our watch alone, in a process of its own."""
    pytester.makeini(INI)
    monkeypatch.setenv("PYTHONPATH", os.fspath(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    return pytester


def test_each_clean_up_of_a_failed_test_is_cut_off(run: pytest.Pytester) -> None:
    run.makepyfile(test_it=HANGS_TWICE)
    result = run.runpytest_subprocess(*WATCHED, timeout=60)
    result.assert_outcomes(passed=1, failed=1, errors=1)
    result.stderr.fnmatch_lines(["*test_fails (call): *its own fault*"])
    assert str(result.stdout).count("the clean-up did not end in time") >= 2


def test_a_clean_up_that_hears_nothing_ends_its_process_alone(run: pytest.Pytester) -> None:
    run.makepyfile(test_it=IS_DEAF)
    result = run.runpytest_subprocess(*WATCHED, "-p", "xdist", "-n", "1", timeout=60)
    result.stdout.fnmatch_lines(["*crashed while running*test_is_deaf*"])
    result.assert_outcomes(passed=2, failed=1)
    result.stderr.fnmatch_lines(["*in deaf*"])
