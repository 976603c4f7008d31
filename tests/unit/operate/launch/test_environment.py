"""What the launcher reads from the environment and `.env`."""

from pathlib import Path

import pytest

from operate.launch.environment import LaunchEnvironment, LaunchError, Listener


def test_nothing_set_gives_the_documented_defaults() -> None:
    """Without any setting: 127.0.0.1:5002 and :5003, data, bots, nothing configured."""
    settings = LaunchEnvironment.read({})
    assert settings.ingress == Listener("PORT", "127.0.0.1", 5002)
    assert settings.sandbox == Listener("SANDBOX_PORT", "127.0.0.1", 5003)
    assert settings.data_dir == Path("data").absolute()
    assert (settings.redis_url, settings.campfire_url) == (None, None)
    assert not settings.model_is_set


@pytest.mark.parametrize("name", ["ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"])
def test_a_key_or_a_gateway_is_a_model(name: str) -> None:
    """Whoever configured a model, even half of it, does not get the stand-in in silence."""
    assert LaunchEnvironment.read({name: "x"}).model_is_set


@pytest.mark.parametrize("port", ["abc", "-1", "65536", "5002x", "٥"])
def test_a_bad_port_is_named_with_its_setting(port: str) -> None:
    """The sentence names the variable."""
    with pytest.raises(LaunchError, match=r"^SANDBOX_PORT: .* is not a port number"):
        LaunchEnvironment.read({"SANDBOX_PORT": port})


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("::1", "http://[::1]:80"),
        ("box.example", "http://box.example:80"),
    ],
)
def test_a_listener_s_url_works_on_this_machine(host: str, url: str) -> None:
    """Every address is no address to call: loopback is."""
    assert Listener("PORT", host, 80).url == url


def test_an_unreadable_grace_period_is_left_to_the_worker() -> None:
    """The worker names the bad setting; the launcher does not die of it first."""
    read = LaunchEnvironment.read
    assert read({"SHUTDOWN_GRACE_SECONDS": "soon"}).drain_seconds == 20
    assert read({"SHUTDOWN_GRACE_SECONDS": "90"}).drain_seconds == 90


def test_bot_keys_stay_out_of_the_settings() -> None:
    """Only the names of the variables are kept: what is not kept is not printed."""
    settings = LaunchEnvironment.read({"BOT_KEY_A": "3-secretsecret"})
    assert settings.bot_keys == {"BOT_KEY_A"}
    assert "secret" not in repr(settings)
