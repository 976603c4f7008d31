"""The check's command, run here without a cage: everything opens."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from consumer.cage_check import inside
from consumer.cage_check.attempts import Findings, command, environments, findings
from consumer.cage_check.inside import other_names

CLOSED = "check begins\n{}\nlooked around\ncheck ends\n"


def test_what_opens_is_found_and_not_printed(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Files by their names, processes by their ids; an empty or missing file holds nothing."""
    odd = tmp_path / "a 'secret'\nfile"
    odd.write_text("the secret")
    files = [tmp_path / "missing", odd, tmp_path / "empty"]
    files[2].touch()
    # Started with the very environment of this process, as the kernel keeps it.
    own = Path("/proc/self/environ").read_bytes().rstrip(b"\0").split(b"\0")
    twin = subprocess.Popen(
        [sys.executable, "-c", "print(flush=True); input()"],
        env=dict(entry.partition(b"=")[::2] for entry in own),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    request.addfinalizer(lambda: twin.communicate(b"\n"))
    assert twin.stdout is not None
    twin.stdout.readline()
    outside = environments()
    ran = subprocess.run(
        ["/bin/bash", "-c", command(files)], capture_output=True, text=True, check=True
    )
    found = findings(ran.stdout, files, outside)
    assert found is not None
    assert found.files == (odd,)
    assert {os.getpid(), twin.pid} <= set(found.processes)
    assert "the secret" not in ran.stdout
    assert found.keyrings


def test_a_command_that_did_not_end_proves_nothing() -> None:
    """Neither what could not start nor what was cut off in the middle."""
    assert findings("bwrap: No permissions", [], {}) is None
    assert findings("check begins\nfile 0\n", [Path("/x")], {}) is None
    assert findings("check begins\ncheck ends\n", [Path("/x")], {}) is None


def test_a_cage_that_shows_nothing_finds_nothing() -> None:
    """Processes of its own are not ours."""
    printed = CLOSED.format("environment abc -\nkeyrings closed")
    found = findings(printed, [], {"def": [7]})
    assert found == Findings(files=(), names=(), processes=(), kernel=False, keyrings=False)


def test_keyrings_that_nobody_found_closed_are_open() -> None:
    """Where the attempt could not even be made, nothing is proved."""
    found = findings(CLOSED.format(""), [], {})
    assert found is not None
    assert found.keyrings


def test_a_second_name_is_told() -> None:
    """With the file that it is a name of; it may hold blanks."""
    found = findings(CLOSED.format("name 1 /tmp/a%20copy"), [Path("/x"), Path("/y")], {})
    assert found is not None
    assert found.names == ((Path("/y"), "/tmp/a copy"),)


def test_another_name_of_a_file_is_found(tmp_path: Path) -> None:
    """Below what can be entered; a copy and a link to it are none."""
    (tmp_path / "secret").write_text("x")
    (tmp_path / "below").mkdir()
    os.link(tmp_path / "secret", tmp_path / "below" / "again")
    (tmp_path / "copy").write_text("x")
    (tmp_path / "link").symlink_to("secret")
    status = (tmp_path / "secret").stat()
    found = set(other_names(str(tmp_path), {(status.st_dev, status.st_ino): "7"}))
    assert found == {("7", f"{tmp_path}/secret"), ("7", f"{tmp_path}/below/again")}


def test_a_walk_that_takes_too_long_tells_of_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not looked through may hold the other name."""
    monkeypatch.setattr(inside, "SECONDS", -1)
    assert list(other_names(str(tmp_path), {(1, 2): "7"})) == [("7", inside.NOT_FOUND)]


def test_only_a_file_with_a_second_name_is_looked_for(tmp_path: Path) -> None:
    """It takes a walk over all that the cage shows."""
    files = [tmp_path / "alone", tmp_path / "linked"]
    for file in files:
        file.write_text("x")
    assert command(files).endswith("'{}'\necho check ends")
    os.link(files[1], tmp_path / "again")
    assert f'{{"1": [{files[1].stat().st_dev}, {files[1].stat().st_ino}]}}' in command(files)
