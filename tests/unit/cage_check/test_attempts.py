"""The check's command, run here without a cage: everything opens."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from consumer.cage_check.attempts import command, environments, findings


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


def test_a_command_that_did_not_end_proves_nothing() -> None:
    """Neither what could not start nor what was cut off in the middle."""
    assert findings("bwrap: No permissions", [], {}) is None
    assert findings("check begins\nfile 0\n", [Path("/x")], {}) is None


def test_a_cage_that_shows_nothing_finds_nothing() -> None:
    """Processes of its own are not ours."""
    found = findings("check begins\nenvironment abc -\ncheck ends\n", [], {"def": [7]})
    assert found is not None
    assert (found.files, found.processes, found.kernel) == ((), (), False)
