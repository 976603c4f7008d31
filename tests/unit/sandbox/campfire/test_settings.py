"""What the sandbox takes from its environment."""

from pathlib import Path

import pytest

from sandbox.settings import SettingsError, read_settings


def test_defaults() -> None:
    """Nothing set is enough to start: loopback, port 5003, main, no bots, the stand-in model."""
    settings = read_settings({})
    assert (settings.host, settings.port, settings.mode) == ("127.0.0.1", 5003, "main")
    assert (settings.bots, settings.stand_in_model) == ((), True)
    assert settings.database_path == Path("data/sandbox/campfire.sqlite3")


def test_bots_come_from_their_keys() -> None:
    """Each BOT_KEY_<BOT_ID> is a bot with its id, key, title-case name and webhook."""
    environment = {
        "BOT_KEY_TECHNICAL_ASSISTANT": "4-bbbbbbbbbbbb",
        "WEBHOOK_BASE": "http://127.0.0.1:9/",
    }
    (bot,) = read_settings(environment).bots
    assert (bot.bot_id, bot.user_id, bot.token) == ("technical_assistant", 4, "bbbbbbbbbbbb")
    assert bot.name == "Technical Assistant"
    assert bot.webhook_url == "http://127.0.0.1:9/webhook/technical_assistant"


def test_a_bot_has_its_hyphen_where_it_is_told() -> None:
    """A variable's name has none: Campfire would call a bot that there is not."""
    environment = {"BOT_KEY_ON_CALL": "4-bbbbbbbbbbbb", "SANDBOX_BOTS": "on-call,night-watch"}
    (bot,) = read_settings(environment).bots
    assert (bot.bot_id, bot.name) == ("on-call", "On Call")
    assert bot.webhook_url.endswith("/webhook/on-call")


def test_every_problem_is_reported_at_once_without_keys() -> None:
    """One error names every bad variable, and shows no value of a key."""
    environment = {
        "SANDBOX_PORT": "http",
        "SANDBOX_MODE": "v2",
        "BOT_KEY_A": "nosecretdash",
        "BOT_KEY_B": "3-x",
        "BOT_KEY_C": "3-y",
    }
    with pytest.raises(SettingsError) as caught:
        read_settings(environment)
    assert [problem.split()[0] for problem in caught.value.problems] == [
        "SANDBOX_PORT",
        "SANDBOX_MODE",
        "BOT_KEY_A",
        "BOT_KEY_C",
    ]
    assert "nosecretdash" not in str(caught.value)


@pytest.mark.parametrize(
    ("environment", "stand_in"),
    [
        ({"ANTHROPIC_API_KEY": "sk"}, False),
        ({"ANTHROPIC_API_KEY": ""}, True),
        ({"ANTHROPIC_API_KEY": "sk", "SANDBOX_MODEL": "stand-in"}, True),
    ],
)
def test_who_answers(environment: dict[str, str], stand_in: bool) -> None:
    """Claude answers only when there is a key for it and nobody asked for the stand-in."""
    assert read_settings(environment).stand_in_model is stand_in


def test_keys_are_not_shown() -> None:
    """A printed setting carries no token."""
    assert "secrettoken" not in repr(read_settings({"BOT_KEY_A": "3-secrettoken"}))
