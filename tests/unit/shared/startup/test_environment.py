"""Where settings come from: the environment, `.env`, and files that hold one secret each."""

from pathlib import Path

import pytest

from consumer.settings import ConsumerSettings
from ingress.settings import IngressSettings
from shared.errors import ConfigurationError
from shared.startup.environment import read_environment
from shared.startup.settings import load_settings

ROOT = Path(__file__).parents[4]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory without `.env`, and an environment with what every start needs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOTS_DIR", str(ROOT / "bots"))
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("BOT_KEY_ASSISTANT", "3-a1b2c3d4e5f6")
    return tmp_path


def secret(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.write_text(text)
    return str(file)


def test_every_secret_may_stand_in_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`NAME_FILE` is read for tokens, addresses and bot keys, without its last newline."""
    monkeypatch.delenv("REDIS_URL")
    monkeypatch.delenv("BOT_KEY_ASSISTANT")
    given = {
        "REDIS_URL": "redis://:hunter2@127.0.0.1:1/0",
        "WEBHOOK_TOKEN": "a webhook token",
        "ADMIN_TOKEN": "a long admin token",
        "LINK_SECRET": "sixteen characters, or more",
        "BOT_KEY_ASSISTANT": "3-fromafile",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"{name}_FILE", secret(folder, name, f"{value}\n"))
    settings = load_settings(IngressSettings)
    assert settings.redis_url == given["REDIS_URL"]
    tokens = (settings.webhook_token, settings.admin_token, settings.link_secret)
    assert [token.get_secret_value() for token in tokens if token] == [
        given[name] for name in ("WEBHOOK_TOKEN", "ADMIN_TOKEN", "LINK_SECRET")
    ]
    assert settings.bot_keys["BOT_KEY_ASSISTANT"].get_secret_value() == "3-fromafile"
    assert {path.name for path in settings.secret_files} == given.keys()


def test_the_worker_reads_its_key_from_a_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As compose and systemd hand it over."""
    monkeypatch.setenv("CAMPFIRE_URL", "http://campfire.example")
    monkeypatch.setenv("ANTHROPIC_API_KEY_FILE", secret(folder, "key", "sk-ant-file"))
    settings = load_settings(ConsumerSettings)
    assert settings.anthropic_api_key.get_secret_value() == "sk-ant-file"


def test_the_environment_counts_before_the_file_and_both_before_dotenv(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nearest first: a value, the file that the environment names, `.env`, the file it names."""
    (folder / ".env").write_text(f"ADMIN_TOKEN_FILE={secret(folder, 'far', 'far away')}\n")
    assert read_environment().values["ADMIN_TOKEN"] == "far away"
    (folder / ".env").write_text("ADMIN_TOKEN=from dotenv\n")
    assert read_environment().values["ADMIN_TOKEN"] == "from dotenv"
    monkeypatch.setenv("ADMIN_TOKEN_FILE", secret(folder, "near", "from a file"))
    assert read_environment().values["ADMIN_TOKEN"] == "from a file"
    monkeypatch.setenv("ADMIN_TOKEN", "")  # an empty value is an unset one
    assert read_environment().values["ADMIN_TOKEN"] == "from a file"
    monkeypatch.setenv("ADMIN_TOKEN", "from the environment")
    assert read_environment().values["ADMIN_TOKEN"] == "from the environment"


def test_a_bot_may_be_called_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`BOT_KEY_MY_FILE` is the key of the bot my-file where it looks like a key."""
    monkeypatch.setenv("BOT_KEY_MY_FILE", "4-abcdef")
    monkeypatch.setenv("BOT_KEY_YOUR_FILE", secret(folder, "key", "5-abcdef"))
    values = read_environment().values
    assert (values["BOT_KEY_MY_FILE"], values["BOT_KEY_YOUR"]) == ("4-abcdef", "5-abcdef")
    assert "BOT_KEY_MY" not in values
    assert "BOT_KEY_YOUR_FILE" not in values


def test_every_file_that_secrets_are_read_from_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`.env` and each `_FILE`, absolute, even where another value counts: all hold secrets."""
    (folder / ".env").write_text("LOG_LEVEL=debug\n")
    monkeypatch.setenv("ADMIN_TOKEN", "from the environment")
    monkeypatch.setenv("ADMIN_TOKEN_FILE", "unused")
    assert load_settings(IngressSettings).secret_files == (folder / ".env", folder / "unused")


def test_what_cannot_be_read_is_told_with_every_other_problem(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable and the path are named, and that the secret is missing is not said besides."""
    (folder / "binary").write_bytes(b"\xff\xfe")
    monkeypatch.delenv("REDIS_URL")
    monkeypatch.setenv("REDIS_URL_FILE", str(folder / "missing"))
    monkeypatch.setenv("ADMIN_TOKEN_FILE", str(folder / "binary"))
    monkeypatch.setenv("PORT", "many")
    with pytest.raises(ConfigurationError) as refusal:
        load_settings(IngressSettings)
    told = refusal.value.problems
    assert f"REDIS_URL_FILE: {folder}/missing cannot be read: No such file or directory" in told
    assert f"ADMIN_TOKEN_FILE: {folder}/binary cannot be read: it is not UTF-8 text" in told
    assert len(told) == 3
    assert told[2].startswith("PORT: ")


@pytest.mark.parametrize("kind", ["a folder", "UTF-16"])
def test_a_dotenv_that_cannot_be_read_is_a_sentence(folder: Path, kind: str) -> None:
    """Docker makes a folder for a file that is not there, Windows writes UTF-16."""
    if kind == "a folder":
        (folder / ".env").mkdir()
    else:
        (folder / ".env").write_bytes("PORT=1\n".encode("utf-16"))
    with pytest.raises(ConfigurationError, match=r"^\.env: cannot be read: [Ii]"):
        load_settings(IngressSettings)


def test_a_mark_before_the_text_is_no_part_of_the_first_name(folder: Path) -> None:
    """Editors on Windows put a byte order mark there: the first setting counts all the same."""
    (folder / ".env").write_bytes(b"\xef\xbb\xbfPORT=77\n")
    assert read_environment().values["PORT"] == "77"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# good\nPORT=1\nsecret-without-a-name value\n", 3),
        ("PORT='unclosed secret\n", 1),
        ("=secret\n", 1),
    ],
)
def test_a_line_of_the_dotenv_that_says_nothing_is_a_sentence(
    folder: Path, text: str, line: int
) -> None:
    """File and line, never what stands in it; all such lines together with all else."""
    (folder / ".env").write_text(text)
    problems = read_environment().problems.values()
    assert f".env:{line}: this is not NAME=value, nor a comment" in problems
    assert "secret" not in repr(problems)


def test_a_dotenv_in_utf_16_without_a_mark_is_a_sentence(folder: Path) -> None:
    """It is UTF-8 too, full of NUL characters."""
    (folder / ".env").write_bytes("PORT=1\n".encode("utf-16-le"))
    assert any("NUL" in problem for problem in read_environment().problems.values())


@pytest.mark.parametrize(
    ("told", "spoken"),
    [
        ("zh", "zh"),
        ("en_US:en", "en"),
        ("zh_CN.UTF-8", "zh"),
        ("de_DE:de:zh:en", "zh"),
        ("de_DE:de", "en"),
        ("zh:en_US", "zh"),
    ],
)
def test_the_machines_own_language_keeps_no_process_from_starting(
    folder: Path, monkeypatch: pytest.MonkeyPatch, told: str, spoken: str
) -> None:
    """gettext's variable has the same name, and many machines and images set it."""
    monkeypatch.setenv("LANGUAGE", told)
    assert load_settings(IngressSettings).language == spoken


def test_a_language_that_is_none_of_ours_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By itself it was meant for us."""
    monkeypatch.setenv("LANGUAGE", "english")
    with pytest.raises(ConfigurationError, match=r"LANGUAGE: .*'en' or 'zh'"):
        load_settings(IngressSettings)
