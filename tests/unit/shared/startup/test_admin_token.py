"""The admin token where nobody set one: made once, the same for both, nobody else's to read."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from consumer.settings import ConsumerSettings
from ingress.settings import IngressSettings
from shared.errors import ConfigurationError
from shared.secret_names import may_be_secret
from shared.startup.admin_token import admin_token, admin_token_file, metrics_token, tell_where
from shared.startup.settings import SharedSettings, load_settings

BASE: dict[str, Any] = {
    "redis_url": "redis://x/0",
    "bots_dir": "bots",
    "bot_keys": {"BOT_KEY_ASSISTANT": "3-a"},
}


def settings(folder: Path, **more: str) -> SharedSettings:
    return load_settings(SharedSettings, **BASE, data_dir=str(folder), **more)


def test_whoever_is_first_writes_it_and_all_read_the_same(tmp_path: Path) -> None:
    """Twenty at once agree on one token of at least 32 characters, in a file of mode 0600."""
    with ThreadPoolExecutor(20) as together:
        tokens = set(together.map(lambda _: admin_token(settings(tmp_path / "new")), range(20)))
    (token,) = tokens
    file = admin_token_file(tmp_path / "new")
    assert file.read_text().strip() == token
    assert len(token) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_set_token_is_the_token(tmp_path: Path) -> None:
    """ADMIN_TOKEN goes before, and nothing is written."""
    given = settings(tmp_path, admin_token="an-operators-own-token")
    assert admin_token(given) == "an-operators-own-token"
    assert list(tmp_path.iterdir()) == []


def test_metrics_are_read_with_their_own_token_or_the_admins(tmp_path: Path) -> None:
    """METRICS_TOKEN where it is set; else ADMIN_TOKEN; else what stands in the file."""
    both = settings(tmp_path, admin_token="an-operators-own-token", metrics_token="scrapers")
    assert metrics_token(both) == "scrapers"
    assert metrics_token(settings(tmp_path, admin_token="an-operators-own-token")) == (
        "an-operators-own-token"
    )
    unset = settings(tmp_path)
    assert metrics_token(unset) == admin_token(unset)


def test_an_empty_file_is_one_that_was_never_written(tmp_path: Path) -> None:
    """Its writer died between creating and writing it: the next one writes."""
    file = admin_token_file(tmp_path)
    file.touch(mode=0o644)
    assert file.read_text() != admin_token(settings(tmp_path))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_is_no_token_is_a_sentence(tmp_path: Path) -> None:
    """Too short, no text, a link to elsewhere, a folder: the file is named, nothing else of it."""
    file = admin_token_file(tmp_path)
    for content in (b"short", b"\xff\xfe" * 20):
        file.write_bytes(content)
        with pytest.raises(ConfigurationError, match="admin-token: "):
            admin_token(settings(tmp_path))
    file.unlink()
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigurationError, match="admin-token: "):
        admin_token(settings(tmp_path))
    assert not (tmp_path / "elsewhere").exists()
    file.unlink()
    file.mkdir()
    with pytest.raises(ConfigurationError, match="Is a directory"):
        admin_token(settings(tmp_path))


def test_the_log_says_where_it_stands_and_never_what(tmp_path: Path) -> None:
    """One event with the file; none where ADMIN_TOKEN is set."""
    given = settings(tmp_path)
    token = admin_token(given)
    with capture_logs() as logs:
        tell_where(given)
        tell_where(settings(tmp_path, admin_token="an-operators-own-token"))
    (entry,) = logs
    assert (entry["event"], entry["file"]) == ("admin_token_in_file", str(tmp_path / "admin-token"))
    assert token not in repr(logs)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"admin_token": "fifteen-letters"}, "ADMIN_TOKEN: it signs the log-ins"),
        (
            {"admin_token": "fifteen-letters", "link_secret": "sixteen-letters."},
            "ADMIN_TOKEN: it signs the log-ins",
        ),
        ({"link_secret": "fifteen-letters"}, "LINK_SECRET: "),
        ({"admin_token": "short"}, "ADMIN_TOKEN: "),
    ],
)
def test_what_signs_has_16_characters(given: dict[str, str], problem: str) -> None:
    """Whoever has a link, or one to the page to look alone, can try secrets at home; each complaint
    is one sentence."""
    with pytest.raises(ConfigurationError) as refused:
        load_settings(IngressSettings, **BASE, **given)
    assert [said.startswith(problem) for said in refused.value.problems] == [True]


@pytest.mark.parametrize("kind", [IngressSettings, ConsumerSettings])
def test_every_secret_setting_is_kept_from_the_agents(kind: type[SharedSettings]) -> None:
    """A setting that is a SecretStr is known as a secret: its variable leaves our environment."""
    secret = {
        name.upper()
        for name, field in kind.model_fields.items()
        if SecretStr in (field.annotation, *get_args(field.annotation))
    }
    assert secret
    assert [
        name
        for name in secret - {"BOT_KEYS", "BOT_VARIABLES", "EVENT_SECRETS"}
        if not may_be_secret(name)
    ] == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    """It names DATA_DIR."""
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigurationError, match="DATA_DIR: cannot use"):
        admin_token(settings(tmp_path / "below"))
