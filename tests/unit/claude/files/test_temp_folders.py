"""Temporary folders: short enough for the CLI, private, and nobody's leftovers."""

import os
from pathlib import Path

import pytest

from consumer.claude.files import temp_folders
from consumer.claude.files.temp_folders import (
    CLI_LIMIT,
    TempFolder,
    temp_root,
    tidy_temp_folders,
)
from shared.errors import ConfigurationError


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root of the test's own."""
    own = tmp_path / "root"
    monkeypatch.setattr(temp_folders, "temp_root", lambda: own)
    return own


@pytest.mark.parametrize("user", [0, 1000, 65534, 2**32 - 2])
@pytest.mark.parametrize("place", ["/tmp", "/var/tmp", "/" + "long/" * 20, ""])
def test_the_path_is_short_enough(monkeypatch: pytest.MonkeyPatch, user: int, place: str) -> None:
    """For every user id, wherever TMPDIR points: of a longer one the CLI makes nothing."""
    monkeypatch.setattr(os, "getuid", lambda: user)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setenv("TMPDIR", place)
    longest = f"{TempFolder().path}/claude-{user}"
    assert len(longest) <= CLI_LIMIT


def test_tmpdir_counts_where_it_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """So an operator may choose the disk."""
    monkeypatch.setenv("TMPDIR", "/run")
    assert temp_root().parent == Path("/run")


def test_tidying_leaves_what_is_in_use(root: Path) -> None:
    """Locked folders stay, others go, and a second `remove` does no harm."""
    used = TempFolder()
    used.make()
    stray = root / "stray"
    (stray / "sub").mkdir(parents=True)
    tidy_temp_folders()
    assert [path.name for path in root.iterdir()] == [used.path.name]
    used.remove()
    used.remove()
    assert list(root.iterdir()) == []


def test_an_empty_tmpdir_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """As everywhere: it does not mean the folder in which the service happens to run."""
    monkeypatch.setenv("TMPDIR", "")
    assert temp_root().parent == Path("/tmp")


def test_a_place_that_is_not_there_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It names the setting and the folder, whatever keeps us from making it."""
    monkeypatch.setattr(temp_folders, "temp_root", lambda: tmp_path / "none" / "root")
    with pytest.raises(ConfigurationError, match=r"^TMPDIR: .*none/root.* No such file"):
        tidy_temp_folders()


def test_a_file_in_its_place_is_a_sentence(root: Path) -> None:
    """It is nobody's folder."""
    root.touch(0o600)
    with pytest.raises(ConfigurationError, match="private folder"):
        tidy_temp_folders()


@pytest.mark.parametrize("how", ["open to all", "a link"])
def test_a_root_that_somebody_else_made_is_refused(root: Path, how: str) -> None:
    """It would be a place to read from, or to lead us to."""
    if how == "a link":
        root.symlink_to(root.parent)
    else:
        root.mkdir()
        root.chmod(0o777)
    with pytest.raises(ConfigurationError, match="private folder"):
        TempFolder().make()
