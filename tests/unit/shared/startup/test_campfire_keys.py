"""Campfire's keys of bots: by variable or file, and files that count without a restart."""

import os
from pathlib import Path

import pytest

from ingress.settings import IngressSettings
from shared.bots import Bot, Roster
from shared.errors import ConfigurationError
from shared.startup.campfire_keys import CampfireKeys, key_folder, write_key
from shared.startup.settings import load_settings

OPS = Bot(id="ops", name="Ops", system_prompt="x")
KEY, OTHER = "3-a1b2c3d4e5f6", "4-a1b2c3d4e5f6"
FILE = "id: ops\nname: Ops\nsystem_prompt: x\n"


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to start in, with one bot, and nothing of the real environment."""
    (tmp_path / "bots").mkdir()
    (tmp_path / "bots" / "ops.yaml").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BOTS_DIR", raising=False)
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("WEBHOOK_TOKEN", "a webhook token")
    return tmp_path


def test_a_variable_goes_before_a_file(tmp_path: Path) -> None:
    """And what was read is there by the bot's id, in no repr."""
    write_key(tmp_path, "ops", OTHER)
    assert CampfireKeys({"BOT_KEY_OPS": KEY}, tmp_path).read(OPS) == KEY
    keys = CampfireKeys({}, tmp_path)
    assert dict(keys) == {}
    assert keys.read(OPS) == OTHER
    assert dict(keys) == dict(keys.items()) == {"ops": OTHER}
    assert OTHER not in repr(keys)


def test_a_key_may_be_read_while_others_are_looked_through(tmp_path: Path) -> None:
    """A bot's file comes while somebody asks whose a key is."""
    keys = CampfireKeys({"BOT_KEY_OPS": KEY, "BOT_KEY_HELP": OTHER}, tmp_path)
    keys.read(OPS)
    for bot_id, key in keys.items():
        keys.read(OPS.model_copy(update={"id": "help"}))
        assert (bot_id, key) == ("ops", KEY)
    assert len(keys) == 2


def test_a_key_is_for_our_user_alone(tmp_path: Path) -> None:
    """As written, and where somebody else wrote it."""
    file = write_key(tmp_path, "ops", KEY)
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o077) == (0o600, 0)
    file.chmod(0o644)
    CampfireKeys({}, tmp_path).read(OPS)
    assert file.stat().st_mode & 0o777 == 0o600
    assert os.listdir(file.parent) == ["ops"]


def test_what_is_no_key_is_a_sentence_without_it(told: Path) -> None:
    """At the start, with every other problem."""
    write_key(told / "data", "ops", "hunter2")
    with pytest.raises(ConfigurationError) as error:
        load_settings(IngressSettings)
    (problem,) = error.value.problems
    assert "keys/ops: a Campfire bot key looks like" in problem
    assert "hunter2" not in problem


def test_a_link_in_a_keys_place_is_not_followed(told: Path) -> None:
    """Whoever could put one there would have another file's first line sent to Campfire."""
    (told / "elsewhere").write_text(KEY)
    key_folder(told / "data").mkdir(parents=True)
    (key_folder(told / "data") / "ops").symlink_to(told / "elsewhere")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_settings(IngressSettings)


def test_a_file_alone_is_enough_to_start(told: Path) -> None:
    """Without any the sentence names both ways."""
    with pytest.raises(ConfigurationError, match="set at least one of BOT_KEY_OPS, or: python -m"):
        load_settings(IngressSettings)
    write_key(told / "data", "ops", KEY)
    settings = load_settings(IngressSettings)
    assert settings.roster().user_id("ops") == 3


async def test_a_new_bot_is_known_to_all_who_hold_the_keys(told: Path) -> None:
    """One look of the bot files: the roster and the keys have it, and nobody is started anew."""
    write_key(told / "data", "ops", KEY)
    settings = load_settings(IngressSettings)
    roster: Roster = settings.roster()
    keys, files = settings.campfire_keys(roster), settings.bot_files(roster)
    write_key(told / "data", "new", OTHER)
    (told / "bots" / "new.yaml").write_text(FILE.replace("ops", "new"))
    await files.look()
    assert (roster.user_id("new"), keys["new"]) == (4, OTHER)


def test_an_id_that_is_none_names_no_file(told: Path) -> None:
    """Outside of the folder of keys nothing is read, nor closed to others."""
    outside = told / "outside"
    outside.write_text(KEY)
    outside.chmod(0o644)
    (told / "bots" / "ops.yaml").write_text(FILE.replace("id: ops", "id: ../../outside"))
    with pytest.raises(ConfigurationError) as error:
        load_settings(IngressSettings)
    assert any("no bot has a key" in problem for problem in error.value.problems)
    assert outside.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("by_variable", [True, False])
def test_a_file_that_cannot_be_read_is_the_only_problem(
    told: Path, monkeypatch: pytest.MonkeyPatch, *, by_variable: bool
) -> None:
    """Its key is still its: nobody is sent to look for keys, or to take one away."""
    if by_variable:
        monkeypatch.setenv("BOT_KEY_OPS", KEY)
    else:
        write_key(told / "data", "ops", KEY)
    (told / "bots" / "ops.yaml").write_text(FILE + "tools: []\ntools: []\n")
    with pytest.raises(ConfigurationError) as error:
        load_settings(IngressSettings)
    assert error.value.problems == ["bots/ops.yaml:5: tools stands there twice"]


def test_a_token_that_is_too_short_is_told_its_length(
    told: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In words of people who type tokens, not of who wrote the check."""
    monkeypatch.setenv("BOT_KEY_OPS", KEY)
    monkeypatch.setenv("ADMIN_TOKEN", "short")
    with pytest.raises(ConfigurationError) as error:
        load_settings(IngressSettings)
    assert error.value.problems == ["ADMIN_TOKEN: has to be 8 characters long or longer"]
