"""`.ci/run`: the committed HEAD, alone in an empty folder, and nothing but `make check test`."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
OURS = re.compile("MAKE|^(ARGS|BROWSER|JOBS|PYTHON)$")
"""What the make above us hands down: `make test BROWSER=no` is no setting of these tests."""
MAKEFILE = """\
check:
	@echo checked in $$PWD, beside it: $$(ls ..)
	@cat note
test:
	@read line || echo no stdin
	@echo 3 passed in 0.01s
	@exit $$(cat code)
"""
WHO = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in (("NAME", "Test"), ("EMAIL", "test@example.com"))
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A committed project that says what is done with it."""
    folder = tmp_path / "project"
    (folder / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", folder / ".ci")
    (folder / "Makefile").write_text(MAKEFILE)
    (folder / "note").write_text("committed\n")
    (folder / "code").write_text("0\n")
    git(folder, "init", "--quiet")
    commit(folder)
    (tmp_path / "beside").mkdir()
    return folder


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, env={**os.environ, **WHO})


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "-m", "state")


def run(folder: Path, tmp: Path) -> subprocess.CompletedProcess[str]:
    tmp.mkdir(exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if not OURS.search(name)}
    return subprocess.run(
        [folder / ".ci" / "run"],
        env={**inherited, "TMPDIR": str(tmp), "CI": "true"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_runs_the_committed_head_alone(repository: Path, tmp_path: Path) -> None:
    """What is not committed, and what lies beside the project, is not there; nothing stays."""
    (repository / "note").write_text("changed since\n")
    done = run(repository, tmp_path / "tmp")
    assert done.returncode == 0, done.stderr
    assert "beside it: clone\n" in done.stdout
    assert f"checked in {tmp_path / 'tmp'}/" in done.stdout
    assert "\ncommitted\n" in done.stdout
    assert "no stdin" in done.stdout
    assert list((tmp_path / "tmp").iterdir()) == []


def test_it_ends_as_the_tests_did(repository: Path, tmp_path: Path) -> None:
    """A failure is a failure, with pytest's closing line."""
    (repository / "code").write_text("1\n")
    commit(repository)
    done = run(repository, tmp_path / "tmp")
    assert done.returncode == 2
    assert "3 passed in 0.01s" in done.stdout
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_detached_head_is_taken_as_it_is(repository: Path, tmp_path: Path) -> None:
    """CI checks out a commit, not a branch."""
    git(repository, "checkout", "--quiet", "--detach")
    (repository / "note").write_text("on no branch\n")
    commit(repository)
    assert "on no branch\n" in run(repository, tmp_path / "tmp").stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
def test_whoever_owns_the_checkout(repository: Path, tmp_path: Path) -> None:
    """CI may run as root over a folder that somebody else checked out; git refuses such folders."""
    subprocess.run(["chown", "-R", "12345", repository], check=True)
    done = run(repository, tmp_path / "tmp")
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "tmp").iterdir()) == []
