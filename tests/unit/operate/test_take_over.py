"""A container's old volumes are copied to the one that holds everything now: once, and whole."""

import errno
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from operate.take_over import FOLDERS, take_over


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The three volumes as the old file had them, with something in each."""
    old = tmp_path / "old"
    for name in FOLDERS:
        (old / name / "deep").mkdir(parents=True)
        (old / name / "deep" / "kept").write_text(name)
        os.utime(old / name / "deep" / "kept", (1, 1))
    (old / "workspaces" / "link").symlink_to("deep/kept")
    return old


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The new volume as the image makes it: empty folders."""
    data = tmp_path / "data"
    for name in FOLDERS:
        (data / name).mkdir(parents=True)
    return data


def test_everything_is_copied_and_told(old: Path, data: Path) -> None:
    """Contents, times and links; the log names each folder; the old volumes stay as they were."""
    with capture_logs() as logs:
        take_over(old, data)
    for name in FOLDERS:
        assert (data / name / "deep" / "kept").read_text() == name
        assert (data / name / "deep" / "kept").stat().st_mtime == 1
        assert (old / name / "deep" / "kept").exists()
    assert os.readlink(data / "workspaces" / "link") == "deep/kept"
    told = [(log["event"], log["folder"], log["files"]) for log in logs]
    assert told == [("old_volume_copied", name, 1 + (name == "workspaces")) for name in FOLDERS]


def test_it_is_done_once(old: Path, data: Path) -> None:
    """What was forgotten since does not come back with the next start."""
    take_over(old, data)
    shutil.rmtree(data / "claude")
    take_over(old, data)
    assert not (data / "claude").exists()


def test_what_is_there_already_is_not_overwritten(old: Path, data: Path) -> None:
    """A conversation begun on the new volume is newer; the operator reads that the old is left."""
    (data / "claude" / "new").touch()
    with capture_logs() as logs:
        take_over(old, data)
    assert [path.name for path in (data / "claude").iterdir()] == ["new"]
    assert [log["folder"] for log in logs if log["event"] == "old_volume_left"] == ["claude"]
    assert (data / "workspaces" / "deep").is_dir()


def test_a_new_deployment_has_nothing_to_take(tmp_path: Path, data: Path) -> None:
    """Empty volumes, or none: nothing is said, nothing made but the mark."""
    with capture_logs() as logs:
        take_over(tmp_path / "old", data)
    assert logs == []
    assert {path.name for path in data.iterdir()} == {*FOLDERS, "taken-over"}


def test_a_socket_in_the_way_is_left(
    old: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tool's leftovers do not stop the rest."""
    monkeypatch.chdir(old / "claude")  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("left.sock")
        take_over(old, data)
    assert (data / "claude" / "deep" / "kept").exists()
    assert not (data / "claude" / "left.sock").exists()


def test_half_a_copy_does_not_count(old: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk is full nothing is left of the folder; the next start copies it whole."""
    copy = shutil.copytree

    def full(source: Path, target: Path, **options: object) -> None:
        Path(target).mkdir()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copytree", full)
    with pytest.raises(OSError, match="No space left"):
        take_over(old, data)
    assert list((data / "session_cache").iterdir()) == []
    monkeypatch.setattr(shutil, "copytree", copy)
    take_over(old, data)
    assert (data / "session_cache" / "deep" / "kept").exists()
    assert not list(data.glob(".*"))


def test_the_container_s_command_runs_it(old: Path, data: Path) -> None:
    """`python -m operate.take_over /old /data`: 0 and lines of JSON; 1 where it cannot be."""
    command = [sys.executable, "-m", "operate.take_over", str(old)]
    done = subprocess.run([*command, str(data)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("old_volume_copied") == 3
    failed = subprocess.run([*command, __file__], capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert "take_over_failed" in failed.stdout
