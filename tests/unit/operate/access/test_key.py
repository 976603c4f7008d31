"""`python -m operate key`: where a key goes, and what it never stands in."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from operate.__main__ import app

KEY = "3-a1b2c3d4e5f6"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bots").mkdir()
    (tmp_path / "bots" / "ops.yaml").write_text("id: ops\nname: Ops\nsystem_prompt: x\n")
    monkeypatch.chdir(tmp_path)
    for name in ("BOTS_DIR", "DATA_DIR", "BOT_KEY_OPS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def _key(bot: str, given: str = f" {KEY} \n") -> Result:
    return CliRunner().invoke(app, ["key", bot], input=given)


def test_a_key_is_read_from_standard_input_and_kept(folder: Path) -> None:
    """It is said where; the key itself is said nowhere."""
    result = _key("ops")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "kept the key of ops in" in result.output
    assert (folder / "data" / "keys" / "ops").read_text() == f"{KEY}\n"
    assert KEY not in result.output


@pytest.mark.parametrize(("bot", "given"), [("../ops", KEY), ("ops", "hunter2"), ("ops", "")])
def test_what_is_no_bot_or_no_key_is_refused(folder: Path, bot: str, given: str) -> None:
    """Nothing is written, inside or outside of the folder."""
    result = _key(bot, f"{given}\n")
    assert result.exit_code == 2
    assert not (folder / "data").exists()
    assert not given or given not in result.output


def test_why_a_key_does_not_count_yet_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """No bot file has it; or a variable goes before it."""
    monkeypatch.setenv("BOT_KEY_OPS", KEY)
    assert "BOT_KEY_OPS is set too, and goes before it" in _key("ops").stderr
    assert "no bot file has the id new yet" in _key("new").stderr


def test_it_is_a_command_of_its_own(folder: Path) -> None:
    """As an operator types it, with the key in no argument."""
    repository = Path(__file__).parents[4]
    ran = subprocess.run(
        [sys.executable, "-m", "operate", "key", "ops"],
        input=KEY,
        cwd=folder,
        env={"PYTHONPATH": str(repository), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
