"""The program that stands before bwrap, started as the CLI starts it; bwrap is a script here."""

import subprocess
import sys
from pathlib import Path

import pytest

from consumer.cage import system_calls
from consumer.cage.our_paths import OUR_BWRAP
from consumer.cage.system_calls import MissingLibrary, load_library

SHOWS = '#!/bin/sh\nfor word; do echo "$word"; done\nstat -L -c "size %s" /dev/fd/* 2>/dev/null\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Holds a bwrap that prints what it is given."""
    program = tmp_path / "bwrap"
    program.write_text(SHOWS)
    program.chmod(0o755)
    return tmp_path


def started(*arguments: str, path: str) -> subprocess.CompletedProcess[str]:
    """Our bwrap, run to its end."""
    environment = {
        "PATH": f"{OUR_BWRAP}:{path}:/usr/bin:/bin",
        "CAMPFIRE_AGENT_PYTHON": sys.executable,
    }
    return subprocess.run(
        [OUR_BWRAP / "bwrap", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_next_bwrap_on_the_path_gets_all_arguments_and_ours(folder: Path) -> None:
    """And an open file with the filter."""
    words = started("--proc", "/proc", "--", "a command", path=str(folder)).stdout.splitlines()
    assert words[:2] == ["--proc", "/proc"]
    at = words.index("--")
    assert words[at + 1] == "a command"
    assert words[at - 2] == "--add-seccomp-fd"
    sizes = {int(line.split()[1]) for line in words if line.startswith("size ")}
    instructions = 8
    assert max(sizes) >= instructions * len(system_calls.FORBIDDEN + system_calls.UNKNOWN)


def test_a_question_to_bwrap_is_handed_on(folder: Path) -> None:
    """`--version` and what has no command get nothing."""
    assert started("--version", path=str(folder)).stdout.splitlines()[0] == "--version"
    assert "--add-seccomp-fd" not in started("--version", path=str(folder)).stdout


def test_no_other_bwrap_is_said_in_a_sentence(tmp_path: Path) -> None:
    """No traceback: whoever reads it is a model or an operator."""
    environment = {"PATH": f"{OUR_BWRAP}", "CAMPFIRE_AGENT_PYTHON": sys.executable}
    ran = subprocess.run(
        ["/bin/sh", OUR_BWRAP / "bwrap", "--version"],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stderr == "bwrap: there is no other on the PATH\n"


def test_a_missing_library_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """As at the start, so at each command."""
    monkeypatch.setattr(system_calls, "LIBRARY", "libseccomp-of-nowhere.so")
    with pytest.raises(MissingLibrary, match="apt-get install libseccomp2"):
        load_library()
