"""The settings of commands: what `make run` makes up is found, and counts beside no Campfire."""

from pathlib import Path

import pytest

from ingress.settings import IngressSettings
from operate.launch.bot_keys import key_file, missing_bot_keys
from operate.shell.in_redis import operator_settings, settings_here
from shared.errors import ConfigurationError

OTHER = "7-abcdefABCDEF"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The keys that the launcher made for two bots, one of whose files is gone since."""
    monkeypatch.chdir(tmp_path)
    for bot_id in ("ops", "gone"):
        file = tmp_path / "bots" / f"{bot_id}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"id: {bot_id}\nname: x\nsystem_prompt: x\n")
    keys = missing_bot_keys(tmp_path / "bots", set(), key_file(tmp_path / "data"))
    (tmp_path / "bots" / "gone.yaml").unlink()
    for name in ("CAMPFIRE_URL", "BOT_KEY_OPS", "DATA_DIR", "BOTS_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:6379/0")
    return keys


def test_the_sandbox_s_keys_are_found(made: dict[str, str]) -> None:
    """Of the bots that there are."""
    for settings in (operator_settings(), settings_here(IngressSettings)):
        found = {name: key.get_secret_value() for name, key in settings.bot_keys.items()}
        assert found == {"BOT_KEY_OPS": made["BOT_KEY_OPS"]}


def test_a_key_that_is_set_counts_before(
    made: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it does for the launcher."""
    monkeypatch.setenv("BOT_KEY_OPS", OTHER)
    assert operator_settings().bot_keys["BOT_KEY_OPS"].get_secret_value() == OTHER


def test_beside_a_campfire_the_sandbox_counts_for_nothing(
    made: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its keys are none there."""
    monkeypatch.setenv("CAMPFIRE_URL", "http://campfire.example")
    with pytest.raises(ConfigurationError, match="no bot has a key"):
        operator_settings()


def test_without_a_redis_url_it_is_said_that_the_service_does_not_run(
    made: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The launcher brings a Valkey: nothing has to be set, the service has to be started."""
    monkeypatch.delenv("REDIS_URL")
    with pytest.raises(
        ConfigurationError, match=r"does not run.*Start the service: .*make run"
    ) as it:
        operator_settings()
    assert len(it.value.problems) == 1
