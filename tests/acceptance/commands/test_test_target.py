"""`make test BROWSER=no` leaves out what drives a browser, and nothing else."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
OURS = re.compile("MAKE|^(ARGS|BROWSER|JOBS|PYTHON)$")
"""What the make above us hands down: `make test BROWSER=no` is no setting of these tests."""
FOLDER = "tests/integration/sandbox/campfire"
COLLECT = f"--collect-only {FOLDER}/test_page.py {FOLDER}/test_process.py"
WITHOUT = ["make", "--no-print-directory", "test", "BROWSER=no", f"ARGS={COLLECT}"]


def collected(command: list[str]) -> set[str]:
    """The tests that this command would run of the folder."""
    inherited = {name: value for name, value in os.environ.items() if not OURS.search(name)}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=inherited,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {line for line in done.stdout.splitlines() if "::" in line}


def test_without_a_browser_its_tests_alone_are_left_out() -> None:
    """The marker is known, and stands where a browser is driven."""
    without = collected(WITHOUT)
    assert f"{FOLDER}/test_page.py" not in {_file(name) for name in without}
    assert without
    assert not any("from playwright" in (ROOT / _file(name)).read_text() for name in without)


def test_what_the_short_form_leaves_out_is_make_long_s() -> None:
    """`make long` runs the cases that `make test` does not, and none of the others."""
    table = "tests/unit/rendering/test_completeness.py"
    long = collected(["make", "--no-print-directory", "long", f"ARGS=--collect-only {table}"])
    name = f"{table}::test_a_hundred_kilobytes_of_anything_render"
    assert f"{name}[~~]" in long
    assert f"{name}[*a **b ]" not in long
    assert f"{table}::test_deep_nesting_keeps_the_text[> ]" not in long


@pytest.mark.long
def test_the_pairs_are_every_case() -> None:
    """`make pairs` runs every case of a marked test."""
    table = "tests/integration/sessions/tools/test_reading_tools.py"
    pairs = collected(["make", "--no-print-directory", "pairs", f"ARGS=--collect-only {table}"])
    name = f"{table}::test_the_tools_answer_in_every_session"
    assert {f"{name}[search-killed]", f"{name}[web-cold]"} <= pairs


def test_the_pairs_are_make_pairs_s_and_make_faults_s() -> None:
    """`make faults` runs all pairs, unless it is told how many messages it takes, or what else."""
    assert "-m pairs" in _recipe("pairs")
    runs = [_recipe("faults", *words) for words in ((), ("N=5",), ("ARGS=--short",))]
    assert ["-m pairs" in recipe for recipe in runs] == [True, False, False]


@pytest.mark.parametrize("folder", ["unit", "integration", "acceptance"])
def test_whatever_drives_a_browser_is_marked(folder: str) -> None:
    """A test file that imports Playwright, and is not marked, would fail without a browser."""
    unmarked = [
        file
        for file in (ROOT / "tests" / folder).rglob("test_*.py")
        if file != Path(__file__)
        and "from playwright" in (text := file.read_text(encoding="utf-8"))
        and "pytest.mark.browser" not in text
    ]
    assert not unmarked


def _recipe(*words: str) -> str:
    """What make would run."""
    inherited = {name: value for name, value in os.environ.items() if not OURS.search(name)}
    command = ["make", "--no-print-directory", "--dry-run", *words]
    return subprocess.check_output(command, cwd=ROOT, env=inherited, text=True)


def _file(name: str) -> str:
    return name.partition("::")[0]
