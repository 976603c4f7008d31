"""Event secrets: from a variable or a file, made by a command; wrong ones, without their value."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingress.settings import IngressSettings
from operate.__main__ import app
from shared.errors import ConfigurationError
from shared.startup.event_secrets import EventSecrets
from shared.startup.settings import load_settings

SECRET = "a-secret-of-thirty-two-characters"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bots").mkdir()
    (tmp_path / "bots" / "ops.yaml").write_text("id: ops\nname: Ops\nsystem_prompt: x\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:9")
    monkeypatch.setenv("BOT_KEY_OPS", "3-a1b2c3d4e5f6")
    for name in ("BOTS_DIR", "DATA_DIR", "EVENT_SECRET_OPS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_a_new_one_counts_at_once_and_ends_the_old(folder: Path) -> None:
    """It is shown once, and lies where only our user reads it."""
    secrets = EventSecrets({}, folder / "data")
    assert secrets.of("ops") is None
    made = [CliRunner().invoke(app, ["event-secret", "ops"]).output.strip() for _ in range(2)]
    assert made[0] != made[1] == secrets.of("ops")
    file = folder / "data" / "keys" / "ops.event"
    assert (file.stat().st_mode & 0o077, len(made[1])) == (0, 43)


def test_a_variable_goes_before_a_file(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """And the command says that its file would not count."""
    CliRunner().invoke(app, ["event-secret", "ops"])
    monkeypatch.setenv("EVENT_SECRET_OPS", SECRET)
    settings = load_settings(IngressSettings)
    assert settings.secrets_of_events().of("ops") == SECRET
    assert SECRET not in repr(settings) + repr(settings.secrets_of_events())
    refused = CliRunner().invoke(app, ["event-secret", "ops"])
    assert (refused.exit_code, "EVENT_SECRET_OPS is set" in refused.stderr) == (2, True)


def test_a_variable_may_name_a_file(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """As of every secret."""
    (folder / "given").write_text(f"{SECRET}\n")
    monkeypatch.setenv("EVENT_SECRET_OPS_FILE", str(folder / "given"))
    assert load_settings(IngressSettings).secrets_of_events().of("ops") == SECRET


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("EVENT_SECRET_OPS", "short", "EVENT_SECRET_OPS: an event secret is 32 to 200"),
        ("EVENT_SECRET_OPS", f"{SECRET} x", "EVENT_SECRET_OPS: an event secret is 32 to 200"),
        ("EVENT_SECRET_NOBODY", SECRET, "EVENT_SECRET_NOBODY: no bot file has this id"),
    ],
)
def test_a_wrong_one_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    """It is named, and its value is not."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=said) as error:
        load_settings(IngressSettings)
    assert value not in str(error.value)


def test_a_file_with_something_else_stops_the_start(folder: Path) -> None:
    """It is named."""
    (folder / "data" / "keys").mkdir(parents=True)
    (folder / "data" / "keys" / "ops.event").write_text("short\n")
    with pytest.raises(ConfigurationError, match=r"ops\.event: an event secret is"):
        load_settings(IngressSettings)


def test_there_is_none_for_a_bot_without_a_file() -> None:
    """A typing error makes no secret."""
    assert CliRunner().invoke(app, ["event-secret", "../ops"]).exit_code == 2
