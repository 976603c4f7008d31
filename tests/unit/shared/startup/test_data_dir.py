"""What earlier versions left open to other users is closed to them."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from shared.startup.data_dir import close_to_others


def test_folders_of_an_earlier_version_are_closed(tmp_path: Path) -> None:
    """Each is named in the log once; DATA_DIR itself, which may be others' too, is left."""
    tmp_path.chmod(0o755)
    for name, mode in (("claude", 0o755), ("spool", 0o770), ("outgoing", 0o700)):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(mode)
    with capture_logs() as logs:
        close_to_others(tmp_path)
        close_to_others(tmp_path)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"claude": 0o700, "spool": 0o700, "outgoing": 0o700}
    assert tmp_path.stat().st_mode & 0o777 == 0o755
    assert [(log["event"], Path(log["folder"]).name) for log in logs] == [
        ("folder_closed_to_others", "claude"),
        ("folder_closed_to_others", "spool"),
    ]


def test_what_is_not_ours_to_change_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service starts all the same, and the operator reads which folder it is."""
    (tmp_path / "claude").mkdir(mode=0o755)

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    with capture_logs() as logs:
        close_to_others(tmp_path)
    (warning,) = logs
    assert (warning["log_level"], warning["event"]) == ("warning", "folder_open_to_others")
    assert warning["folder"] == str(tmp_path / "claude")
