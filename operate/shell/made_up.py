"""What the launcher makes up where a setting is not set: who is run beside it goes by that too."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from operate.launch.bot_keys import key_file, made_bot_keys
from operate.launch.environment import LaunchEnvironment, LaunchError
from operate.launch.plan import is_sandbox_campfire, sandbox_environment
from operate.launch.valkey import launchers_valkey
from shared.secret_names import BOT_KEY_PREFIX

PATIENCE_S = 2.0
NO_VALKEY = (
    "REDIS_URL is not set, and the launcher, which brings a Valkey of its own, does not run"
    " over this DATA_DIR"
)
START = "Start the service: `.venv/bin/python -m operate.launch`, or `make run`."


def redis_url(told: Mapping[str, str]) -> str | None:
    """`REDIS_URL`, or where the launcher's Valkey listens; None: it does not run."""
    if url := told.get("REDIS_URL"):
        return url
    valkey = launchers_valkey(Path(told.get("DATA_DIR", "data")) / "valkey")
    return valkey.url if valkey.listens() else None


def called(told: Mapping[str, str]) -> str:
    """How that server is called where it is told of: who has set no REDIS_URL has none to mend."""
    return "REDIS_URL: Redis" if told.get("REDIS_URL") else "the launcher's Valkey"


def sandbox_keys(told: Mapping[str, str]) -> dict[str, str]:
    """The bots' keys in the sandbox, which counts where there is no Campfire: variable to key."""
    try:
        settings = LaunchEnvironment.read(told)
        return _keys(told, settings) if is_sandbox_campfire(settings) else {}
    except LaunchError:
        return {}  # the processes say what is wrong


def sandbox_variables(told: Mapping[str, str]) -> dict[str, str]:
    """All that `make run` tells its processes of the sandbox, the keys too; none while that does
    not run, or has another DATA_DIR."""
    try:
        settings = LaunchEnvironment.read(told)
    except LaunchError:
        return {}
    made = sandbox_environment(settings)
    is_of_another = "CAMPFIRE_URL" in made and not key_file(settings.data_dir).parent.is_dir()
    if not made or is_of_another or not _is_sandbox(settings.sandbox.url):
        return {}
    missing = {name: value for name, value in made.items() if name not in told}
    return {**missing, **sandbox_keys(told)}


def as_fields(told: Mapping[str, str], made_up: Mapping[str, str]) -> dict[str, Any]:
    """For `load_settings`: what is made up, by its fields, which stands in no environment here."""
    keys = {name: it for name, it in told.items() if name.startswith(BOT_KEY_PREFIX)}
    keys |= {name: it for name, it in made_up.items() if name.startswith(BOT_KEY_PREFIX)}
    return {**{name.lower(): it for name, it in made_up.items()}, "bot_keys": keys}


def _keys(told: Mapping[str, str], settings: LaunchEnvironment) -> dict[str, str]:
    made = made_bot_keys(settings.bots_dir, key_file(settings.data_dir))
    return {name: key for name, key in made.items() if name not in told}


def _is_sandbox(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=PATIENCE_S, trust_env=False).text == "ok\n"
    except httpx.HTTPError:
        return False
