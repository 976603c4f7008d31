"""Which settings the launcher itself goes by; the processes read the rest themselves."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

INGRESS_PORT = 5002
SANDBOX_PORT = 5003
DRAIN_SECONDS = 20.0
"""The worker's own default of SHUTDOWN_GRACE_SECONDS."""


class LaunchError(Exception):
    """The service cannot start here; the message is the sentence that says why."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Where a process will listen, and the setting that moves it elsewhere."""

    setting: str
    host: str
    port: int

    @property
    def url(self) -> str:
        """How this machine reaches it."""
        return local_url(self.host, self.port)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchEnvironment:
    """The settings that decide what has to be started; an empty value is an unset one."""

    ingress: Listener
    sandbox: Listener
    data_dir: Path
    bots_dir: Path
    redis_url: str | None
    campfire_url: str | None
    model_is_set: bool
    """An API key or another Messages API is configured."""
    drain_seconds: float
    """How long the worker may finish its turns; the launcher must not be less patient."""
    bot_keys: frozenset[str]
    """The `BOT_KEY_<BOT_ID>` variables that have a value; the values stay where they are."""
    log_json: bool
    """The lines are for machines: no names in front of them."""

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "LaunchEnvironment":
        """From the variables that have a value, as `read_environment` finds them.

        Raises LaunchError.
        """
        return cls(
            ingress=_listener(values, "HOST", "PORT", INGRESS_PORT),
            sandbox=_listener(values, "SANDBOX_HOST", "SANDBOX_PORT", SANDBOX_PORT),
            data_dir=Path(values.get("DATA_DIR", "data")).absolute(),
            bots_dir=Path(values.get("BOTS_DIR", "bots")),
            redis_url=values.get("REDIS_URL"),
            campfire_url=values.get("CAMPFIRE_URL"),
            model_is_set="ANTHROPIC_API_KEY" in values or "ANTHROPIC_BASE_URL" in values,
            drain_seconds=_seconds(values.get("SHUTDOWN_GRACE_SECONDS", "")),
            bot_keys=frozenset(name for name in values if name.startswith("BOT_KEY_")),
            log_json=values.get("LOG_FORMAT") == "json",
        )


def local_url(host: str, port: int | str) -> str:
    """How this machine reaches who listens there, also where that is every address."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _listener(values: Mapping[str, str], host: str, port: str, default: int) -> Listener:
    text = values.get(port, str(default))
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise LaunchError(f"{port}: {shlex.quote(text)} is not a port number (0 to 65535).")
    return Listener(port, values.get(host, "127.0.0.1"), int(text))


def _seconds(text: str) -> float:
    """What is no number is left to the worker, which names it."""
    try:
        return max(0.0, float(text))
    except ValueError:
        return DRAIN_SECONDS
