"""The cage of a server that is a program: what it is told to mount."""

import sys
from pathlib import Path

import pytest

from consumer.mcp.program import caged


def test_an_interpreter_behind_a_link_is_mounted_by_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """bwrap mounts nothing on a symbolic link, and the server would never start."""
    (tmp_path / "release-7").mkdir()
    (tmp_path / "current").symlink_to(tmp_path / "release-7")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "current"))
    arguments = caged("odd", ["server"], []).command
    mounted = str((tmp_path / "release-7").resolve())
    at = arguments.index(mounted)
    assert arguments[at - 1 : at + 2] == ("--ro-bind", mounted, mounted)
    assert str(tmp_path / "current") not in arguments
