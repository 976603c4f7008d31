"""What counts as a secret."""

from pathlib import Path

import pytest

from shared.secret_names import is_secret, named_in_bot_files, secret_file, secrets_of


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ANTHROPIC_API_KEY", "sk-ant-x"),
        ("LINK_SECRET", "x"),
        ("BOT_KEY_ASSISTANT", "3-abc"),
        ("BOT_KEY_MY_FILE", "3-abc"),
        ("EVENT_SECRET_OPS", "x"),
        ("EVENT_SECRET_MY_FILE", "x" * 43),
        ("REDIS_URL", "rediss://:hunter2@redis:6379/0"),
        ("REDIS_URL", "unix:///run/valkey.sock?password=hunter2"),
        ("REDIS_URL", "redis+sentinel://a:1,b:2/mymaster?sentinel_password=hunter2"),
        ("CAMPFIRE_URL", "https://ada:hunter2@chat.example"),
        ("ANTHROPIC_BASE_URL", "https://ada:hunter2@gateway.example"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://ada:hunter2@collector.example"),
    ],
)
def test_keys_tokens_and_addresses_with_passwords_are(name: str, value: str) -> None:
    """Whoever reads one gets in."""
    assert is_secret(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ADMIN_TOKEN", ""),
        ("ADMIN_TOKEN_FILE", "/run/secrets/admin_token"),
        ("BOT_KEY_ASSISTANT_FILE", "/run/secrets/bot"),
        ("EVENT_SECRET_OPS_FILE", "/run/secrets/the-event-secret-of-ops"),
        ("REDIS_URL", "redis://redis:6379/0?name=a@b"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"),
        ("LOG_LEVEL", "info"),
    ],
)
def test_paths_plain_addresses_and_other_settings_are_not(name: str, value: str) -> None:
    """Where a secret lies is no secret."""
    assert not is_secret(name, value)


def test_settings_are_found_in_any_case() -> None:
    """As they are read: `anthropic_api_key` works too."""
    given = {"anthropic_api_key": "x", "Admin_Token": "y", "PATH": "/bin"}
    assert secrets_of(given) == {"anthropic_api_key": "x", "Admin_Token": "y"}


def test_what_bot_files_name_is_a_secret(tmp_path: Path) -> None:
    """It leaves our environment, and may be given by a file; what every process needs may not."""
    text = (
        'env: {A: "${TICKETS_TOKEN}", B: "${PATH}", C: "${ADMIN_TOKEN}", D: "${DATA_DIR}",'
        ' E: "${EVENT_SECRET_OPS}"}\n'
    )
    (tmp_path / "ops.yaml").write_text(text)
    given = {"BOTS_DIR": str(tmp_path), "TICKETS_TOKEN": "x", "PATH": "/bin", "DATA_DIR": "data"}
    assert secrets_of(given) == {"TICKETS_TOKEN": "x"}
    named = named_in_bot_files(given)
    assert secret_file("TICKETS_TOKEN_FILE", "/run/secrets/tickets", named) == "TICKETS_TOKEN"


def test_where_the_bot_files_are_may_stand_in_env(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As every setting may."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "ops.yaml").write_text("${TICKETS_TOKEN}")
    (tmp_path / ".env").write_text("# BOTS_DIR=bots\nBOTS_DIR='mine'\n")
    monkeypatch.chdir(tmp_path)
    assert named_in_bot_files({}) == {"TICKETS_TOKEN"}
