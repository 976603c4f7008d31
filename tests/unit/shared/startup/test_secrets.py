"""What counts as a secret."""

import pytest

from shared.startup.secrets import is_secret, secrets_of


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ANTHROPIC_API_KEY", "sk-ant-x"),
        ("LINK_SECRET", "x"),
        ("BOT_KEY_ASSISTANT", "3-abc"),
        ("BOT_KEY_MY_FILE", "3-abc"),
        ("REDIS_URL", "rediss://:hunter2@redis:6379/0"),
        ("REDIS_URL", "unix:///run/valkey.sock?password=hunter2"),
        ("CAMPFIRE_URL", "https://ada:hunter2@chat.example"),
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
        ("REDIS_URL", "redis://redis:6379/0?name=a@b"),
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
