"""Bot keys that nobody had to configure."""

import json
import re
from pathlib import Path

import pytest

from operate.launch.__main__ import environment_of
from operate.launch.bot_keys import key_variable, missing_bot_keys
from operate.launch.environment import LaunchEnvironment, LaunchError
from operate.launch.plan import make_plan
from sandbox.settings import read_settings
from shared.bots import Bot
from shared.secret_names import BOT_KEY


@pytest.fixture
def bots(tmp_path: Path) -> Path:
    folder = tmp_path / "bots"
    folder.mkdir()
    for bot_id in ("assistant", "night-owl"):
        (folder / f"{bot_id}.yaml").write_text(f"id: {bot_id}\nname: x\nsystem_prompt: x\n")
    return folder


def test_every_bot_without_a_key_gets_one_of_campfire_s_shape(bots: Path, tmp_path: Path) -> None:
    """`<user id>-<12 alphanumerics>`, the user ids all different."""
    keys = missing_bot_keys(bots, set(), tmp_path / "keys.json")
    assert keys.keys() == {"BOT_KEY_ASSISTANT", "BOT_KEY_NIGHT_OWL"}
    assert all(re.fullmatch(r"\d+-[A-Za-z0-9]{12}", key) for key in keys.values())
    assert all(BOT_KEY.fullmatch(key) for key in keys.values())
    assert len({key.split("-")[0] for key in keys.values()}) == 2


def test_the_keys_stay_the_same_and_only_their_owner_may_read_them(
    bots: Path, tmp_path: Path
) -> None:
    """A restart keeps the sandbox's bots; a new bot does not change the others."""
    file = tmp_path / "sandbox" / "keys.json"
    first = missing_bot_keys(bots, set(), file)
    assert file.stat().st_mode & 0o777 == 0o600
    (bots / "third.yaml").write_text("id: third")
    second = missing_bot_keys(bots, set(), file)
    assert {name: second[name] for name in first} == first
    assert len(set(second.values())) == 3
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_set_is_left_alone(bots: Path, tmp_path: Path) -> None:
    """The environment's key wins: none is made for that bot."""
    file = tmp_path / "keys.json"
    keys = missing_bot_keys(bots, {"BOT_KEY_ASSISTANT"}, file)
    assert keys.keys() == {"BOT_KEY_NIGHT_OWL"}
    assert json.loads(file.read_text()).keys() == {"BOT_KEY_NIGHT_OWL"}


def test_the_sandbox_calls_each_bot_by_the_id_of_its_file(bots: Path, tmp_path: Path) -> None:
    """One with a hyphen too: under another id its webhook would lead to no bot."""
    told = {"BOTS_DIR": str(bots), "DATA_DIR": str(tmp_path)}
    settings = LaunchEnvironment.read(told)
    plan = make_plan(settings, "web: python -m ingress", stand_in=True)
    seeds = read_settings(environment_of(plan, settings, {})).bots
    assert {bot.bot_id for bot in seeds} == {"assistant", "night-owl"}


def test_a_broken_bot_file_is_left_to_the_processes(bots: Path, tmp_path: Path) -> None:
    """They name its file and line; the launcher neither fails nor makes a key for it."""
    (bots / "broken.yaml").write_text("id: [")
    (bots / "binary.yaml").write_bytes(b"\xff\xfe")
    (bots / "number.yaml").write_text("id: 7")
    assert len(missing_bot_keys(bots, set(), tmp_path / "keys.json")) == 2


@pytest.mark.parametrize("content", ["", "[]", '{"BOT_KEY_A": "x"}', "\x00"])
def test_a_damaged_key_file_is_named(bots: Path, tmp_path: Path, content: str) -> None:
    """The sentence names the file and what to do."""
    file = tmp_path / "keys.json"
    file.write_text(content)
    with pytest.raises(LaunchError, match=r"keys\.json cannot be read .* delete it"):
        missing_bot_keys(bots, set(), file)


@pytest.mark.parametrize("bot_id", ["assistant", "night-owl", "a_b-c9"])
def test_the_variable_s_name_is_the_service_s(bot_id: str) -> None:
    """The sandbox may not import `shared`: this holds the two spellings together."""
    bot = Bot(id=bot_id, name="x", system_prompt="x")
    assert key_variable(bot_id) == bot.key_variable
