"""`python -m operate init`: what it asks, what it writes, and what it never touches."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from operate.__main__ import app
from operate.doctor.finding import Finding, broken, ok
from operate.init import asking
from operate.init.answers import address, api_key, bot_id, bot_key
from shared.bots import load_bot
from shared.startup.environment import read_environment

KEY, API_KEY, URL = "3-a1b2c3d4e5f6", "sk-ant-secret", "http://chat.example"
CURL = f"curl -d 'Hello!' {URL}/rooms/1/{KEY}/messages"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Neighbours that say yes, but for what ends in `wrong`; two files with keys."""

    async def tried(*given: str) -> Sequence[Finding]:
        wrong = any(it.endswith("wrong") for it in given)
        return [broken("it is refused", "Give another.") if wrong else ok("it is right")]

    for name in ("try_campfire", "try_key", "try_model"):
        monkeypatch.setattr(asking, name, tried)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key").write_text(f"{CURL}\n")
    (tmp_path / "claude").write_text(f"{API_KEY}\n")
    return tmp_path


def _init(*options: str) -> Result:
    return CliRunner().invoke(app, ["init", "--wait", "0", *options])


def _by_flags(*more: str) -> Result:
    given = ("--campfire", URL, "--key-file", "key", "--api-key-file", "claude")
    return _init(*given, *more)


def test_by_flags_three_files_are_written_and_the_url_is_said(folder: Path) -> None:
    """For our user alone where there are secrets in them, which are not printed."""
    result = _by_flags("--bot", "help_desk", "--base", "https://bot.example/")
    assert result.exit_code == 0, result.output
    assert "  https://bot.example/webhook/help_desk\n" in result.output
    env, key = folder / ".env", folder / "data" / "keys" / "help_desk"
    assert f"CAMPFIRE_URL={URL}\nANTHROPIC_API_KEY={API_KEY}\n" in env.read_text()
    assert key.read_text() == f"{KEY}\n"
    assert [file.stat().st_mode & 0o777 for file in (env, key)] == [0o600, 0o600]
    bot = load_bot(folder / "bots" / "help_desk.yaml")
    assert (bot.id, bot.name) == ("help_desk", "Help Desk")
    assert API_KEY not in result.output
    assert KEY not in result.output


def test_what_the_environment_says_is_kept_for_the_service(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is started in another window: on another port than the URL that was entered it would
    never be called."""
    given = {"PORT": "5012", "DATA_DIR": "it's here", "BOTS_DIR": "my bots"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    result = _by_flags()
    assert "  http://127.0.0.1:5012/webhook/assistant\n" in result.output, result.output
    for name in given:
        monkeypatch.delenv(name)
    there = read_environment(folder / ".env").values
    assert {name: there.get(name) for name in given} == given


def test_files_that_are_there_stay_as_they_are(folder: Path) -> None:
    """Their owner wrote them; said is what was left alone."""
    texts = {
        ".env": f"CAMPFIRE_URL={URL}\nANTHROPIC_API_KEY=mine\n",
        "data/keys/assistant": "4-0011223344ff\n",
        "bots/assistant.yaml": "# mine\n",
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    result = _by_flags()
    assert result.exit_code == 0, result.output
    assert {name: (folder / name).read_text() for name in texts} == texts
    assert result.output.count("is there, and stays as it is") == 3


def test_an_env_file_that_lacks_something_is_not_added_to(folder: Path) -> None:
    """It is said what to add; nothing else is written."""
    (folder / ".env").write_text("PORT=5007\n")
    result = _by_flags()
    assert result.exit_code == 2
    assert "without CAMPFIRE_URL or ANTHROPIC_API_KEY" in result.stderr
    assert not (folder / "bots").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "--campfire is needed"),
        (("--campfire", "chat.example"), "--campfire: see above"),
        (("--campfire", URL, "--bot", "../x"), "--bot: see above"),
        (("--campfire", f"{URL}/wrong"), "--campfire: see above"),
        (("--campfire", URL), "--key-file is needed"),
        (("--campfire", URL, "--key-file", "nothing"), "--key-file: nothing cannot be read"),
        (("--campfire", URL, "--key-file", "claude"), "--key-file: see above"),
        (("--campfire", URL, "--key-file", "key"), "--api-key-file is needed"),
    ],
)
def test_without_a_terminal_what_is_missing_or_wrong_ends_it(
    options: tuple[str, ...], words: str, folder: Path
) -> None:
    """With the flag to use; nothing is written."""
    result = _init(*options)
    assert result.exit_code == 2
    assert words in result.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["claude", "key"]


def test_a_person_is_asked_until_it_is_right(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And told where the key stands; keys are typed unseen."""
    typed = iter(["chat", f"{URL}/wrong", URL, "3-wrong", CURL, "sk-wrong", API_KEY])
    hidden: list[bool] = []

    def prompt(question: str, *, hide_input: bool) -> str:
        hidden.append(hide_input)
        return next(typed)

    monkeypatch.setattr(typer, "prompt", prompt)
    monkeypatch.setattr(asking, "_can_be_asked", lambda: True)
    result = _init()
    assert result.exit_code == 0, result.output
    assert "cuts off at its right edge" in result.output
    assert hidden == [False] * 3 + [True] * 4
    assert next(typed, None) is None
    assert (folder / "data" / "keys" / "assistant").read_text() == f"{KEY}\n"


def test_a_campfire_elsewhere_is_warned_of_loopback() -> None:
    """It could not call what HOST listens on."""
    assert "HOST is 127.0.0.1" in _by_flags().output


def test_what_can_be_typed_is_read() -> None:
    """A key out of Campfire's own line; nothing that would break a line of `.env`."""
    assert bot_key(CURL) == bot_key(f" {KEY}\n") == KEY
    assert bot_key("hunter2") is None
    assert address("https://chat.example:8443/ ") == "https://chat.example:8443"
    assert [address(it) for it in ("chat", "ftp://x", "http://x:y", "http://x y", "")] == [None] * 5
    assert api_key(f" {API_KEY} ") == API_KEY
    assert api_key("two\nlines") is api_key("${HOME}") is None
    assert (bot_id("ops-2"), bot_id("Ops!")) == ("ops-2", None)


def test_it_is_a_command_of_its_own(folder: Path) -> None:
    """As an operator types it, without a terminal."""
    ran = subprocess.run(
        [sys.executable, "-m", "operate", "init"],
        check=False,
        cwd=folder,
        env={"PYTHONPATH": str(Path(__file__).parents[4]), "PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 2
    assert "--campfire is needed where nobody can be asked" in ran.stderr
