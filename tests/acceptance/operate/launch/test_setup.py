"""`make setup` where something is missing: one clear sentence and exit code 2."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
OURS = re.compile("MAKE|^(ARGS|BROWSER|JOBS|PYTHON)$")
"""What the make above us hands down: `make test BROWSER=no` is no setting of these tests."""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What set-up needs of the repository, without `.venv`."""
    folder = tmp_path / "clone"
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    """A folder that comes first in PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def script(folder: Path, name: str, body: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


def make(
    clone: Path, commands: Path, *targets: str, path: str = "/usr/bin:/bin", **environ: str
) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not OURS.search(name)}
    return subprocess.run(
        ["make", "--no-print-directory", *targets],
        cwd=clone,
        env={**inherited, "PATH": f"{commands}:{path}", **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("setup:")]
    return line


def test_a_python_that_is_too_old_is_named(clone: Path, commands: Path) -> None:
    """With its version and with what is needed."""
    script(commands, "python3", '[ "$1" = --version ] && echo Python 3.9.2; exit 1')
    assert "Python 3.9.2 is too old: Python 3.11 or newer" in sentence(
        make(clone, commands, "setup")
    )


def test_a_missing_python_is_named(clone: Path, commands: Path) -> None:
    """`make PYTHON=…` may name one that is not there."""
    done = make(clone, commands, "setup", "PYTHON=python3.99")
    assert "python3.99 is missing" in sentence(done)


def test_without_ensurepip_and_without_root_it_says_what_to_install(
    clone: Path, commands: Path
) -> None:
    """Debian's python3 alone: somebody who may not run apt is told what to ask for."""
    script(commands, "python3", f'[ "$1 $2" = "-m venv" ] && exit 1; exec {sys.executable} "$@"')
    script(commands, "id", "echo 1000")
    script(commands, "sudo", "exit 1")
    script(commands, "apt-get", "exit 1")
    said = sentence(make(clone, commands, "setup"))
    assert "missing: python3-venv; run: sudo apt-get install python3-venv" in said


def test_an_apt_that_fails_is_quoted(clone: Path, commands: Path) -> None:
    """After one try with fresh package lists, its own error is the reason."""
    script(commands, "python3", f'[ "$1 $2" = "-m venv" ] && exit 1; exec {sys.executable} "$@"')
    script(commands, "id", "echo 0")
    script(commands, "apt-get", 'echo "E: Unable to locate package"; exit 100')
    said = sentence(make(clone, commands, "setup"))
    assert "python3-venv; apt-get failed: E: Unable to locate package" in said


@pytest.mark.long
def test_an_unreachable_registry_is_named(clone: Path, commands: Path) -> None:
    """Offline: the sentence says PyPI, and the next try starts afresh."""
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:1/simple", "PIP_RETRIES": "0"}
    nowhere |= {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""}
    done = make(clone, commands, "setup", f"PYTHON={sys.executable}", **nowhere)
    assert "could not be installed from PyPI: is the network up?" in sentence(done)
    assert not (clone / ".venv" / ".setup").exists()


def test_a_missing_chromium_is_named_with_the_way_around(clone: Path, commands: Path) -> None:
    """Only the browser tests need it, and only they are left out."""
    lose(clone, "/usr/lib/chromium/chromium-headless-shell")
    script(commands, "id", "echo 1000")
    script(commands, "sudo", "exit 1")
    done = make(clone, commands, "packages")
    assert done.returncode == 2
    # Its fonts too, where there is no browser at all.
    assert re.search(r"missing: chromium.*; run: sudo apt-get install chromium", done.stderr)
    assert "make test BROWSER=no leaves its tests out" in done.stderr
    assert make(clone, commands, "packages", "BROWSER=no").returncode == 0


def test_what_tests_need_is_installed_and_nothing_else(clone: Path, commands: Path) -> None:
    """`make test` asks apt for the packages of the list that are not there."""
    lose(clone, "bwrap", "socat")
    script(commands, "id", "echo 0")
    script(commands, "apt-get", 'echo "$@" >>"$ASKED"')
    done = make(clone, commands, "packages", ASKED=str(clone / "asked"))
    assert done.returncode == 0, done.stderr
    assert (clone / "asked").read_text().split()[-2:] == ["bubblewrap", "socat"]


def lose(clone: Path, *proofs: str) -> None:
    """What shows that these packages are there is gone."""
    file = clone / ".ci" / "debian-packages"
    lines = file.read_text().splitlines()
    for proof in proofs:
        [at] = [n for n, line in enumerate(lines) if proof in line.split()]
        lines[at] = lines[at].replace(f" {proof}", f" {proof}-nowhere")
    file.write_text("\n".join(lines) + "\n")


def test_when_nothing_changed_it_touches_nothing(clone: Path, commands: Path) -> None:
    """A set-up environment is recognised by its content: nothing is run and nothing is written."""
    script(commands, "python3", "exit 1")
    setup = clone / ".ci" / "setup"
    interpreter = clone / ".venv" / "bin" / "python"
    interpreter.parent.mkdir(parents=True)
    interpreter.symlink_to(sys.executable)
    sums = subprocess.check_output(
        ["sh", "-c", "cat uv.lock pyproject.toml .ci/setup | cksum"], cwd=clone, text=True
    )
    stamp = clone / ".venv" / ".setup"
    stamp.write_text(f"{sums}{clone} {Path(sys.executable).resolve()} \n")
    assert setup.exists()
    done = make(clone, commands, "setup")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (clone / "uv.lock").write_text("changed")
    assert make(clone, commands, "setup").returncode == 2


def test_help_lists_every_target(clone: Path, commands: Path) -> None:
    """`make` alone says what there is."""
    done = make(clone, commands)
    for target in ("setup", "run", "test", "check", "bench", "format", "clean", "help"):
        assert f"make {target} " in done.stdout
