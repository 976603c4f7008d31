"""What a cage hides and what it puts back, from where this process stands."""

import os
import sys
from pathlib import Path

import pytest

from consumer.cage import hiding as module
from consumer.cage.hiding import hiding
from consumer.cage.our_paths import ROOT


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The worker's home; the process runs in a folder below it."""
    service = tmp_path / "home" / "service"
    service.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(service.parent))
    monkeypatch.chdir(service)
    return service.parent


def test_all_that_is_ours_is_hidden(home: Path, tmp_path: Path) -> None:
    """The worker's home, the folder it runs in, the code's, and what is named."""
    key = tmp_path / "key"
    hidden = hiding([Path("data"), key], []).hidden
    assert {home, home / "service", home / "service" / "data", key, ROOT} <= set(hidden)


@pytest.mark.usefixtures("home")
def test_temporary_folders_are_hidden(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The machine's, and where our own files go instead."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    assert {tmp_path / "temporary", Path("/tmp"), Path("/var/tmp")} <= set(hiding([], []).hidden)


def test_links_are_hidden_by_both_names(home: Path, tmp_path: Path) -> None:
    """A `.env` that is a link to a file elsewhere hides that file too."""
    (tmp_path / "real").write_text("x")
    (home / "service" / ".env").symlink_to(tmp_path / "real")
    assert {home / "service" / ".env", tmp_path / "real"} <= set(hiding([Path(".env")], []).hidden)


def test_only_what_lies_in_the_dark_is_put_back(home: Path) -> None:
    """A folder that nothing hides needs no word; the interpreter is put back where it is hidden."""
    lane, elsewhere = home / "service" / "data" / "lane", Path("/srv/elsewhere")
    shown = hiding([], [lane, elsewhere]).shown
    assert lane in shown
    assert elsewhere not in shown
    in_the_code = Path(sys.prefix).is_relative_to(ROOT)
    assert (Path(sys.prefix) / "bin" in shown) == in_the_code


@pytest.mark.usefixtures("home")
def test_a_prefix_is_put_back_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment was made in the project's own folder, its `.env` stays hidden."""
    (tmp_path / "home" / "service" / "bin").mkdir()
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "home" / "service"))
    shown = hiding([], []).shown
    assert tmp_path / "home" / "service" / "bin" in shown
    assert tmp_path / "home" / "service" not in shown


@pytest.mark.parametrize("home", ["/", "/usr/bin", "/bin", "/usr"])
def test_what_the_system_needs_is_not_hidden(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: str
) -> None:
    """Of a home that commands need to run, only what is nobody else's: `.ssh` and its like."""
    monkeypatch.setenv("HOME", home)
    monkeypatch.chdir(tmp_path)
    hidden = hiding([], []).hidden
    assert Path(home) not in hidden
    assert tmp_path in hidden


def test_of_a_root_that_is_home_the_hidden_files_go(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Dot files and logs, as they are there now."""
    for name in (".ssh", ".env", "app.log", "logs", "bin"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(module, "NEEDED", (tmp_path / "bin",))
    monkeypatch.setenv("HOME", str(tmp_path))
    hidden = {path for path in hiding([], []).hidden if path.parent == tmp_path}
    assert {path.name for path in hidden} == {".ssh", ".env", "app.log", "logs"}


@pytest.mark.usefixtures("home")
def test_a_log_that_our_output_goes_to_is_hidden(tmp_path: Path) -> None:
    """Wherever the supervisor has put it."""
    file, before = tmp_path / "service.log", os.dup(2)
    with file.open("w") as log:
        os.dup2(log.fileno(), 2)
        try:
            hidden = hiding([], []).hidden
        finally:
            os.dup2(before, 2)
            os.close(before)
    assert file in hidden
