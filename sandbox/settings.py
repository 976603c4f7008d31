"""What the sandbox is told by its environment, read once; every problem is reported together."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from sandbox.campfire.bot_api.answers import Mode
from sandbox.campfire.stored.seed import BotSeed

_BOT_KEY = re.compile(r"^([1-9]\d{0,17})-(\w+)$", re.ASCII)
_BOT_KEY_PREFIX = "BOT_KEY_"


class SettingsError(Exception):
    """The sandbox cannot start with these settings: {problems}"""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The sandbox's settings.

    SANDBOX_HOST, SANDBOX_PORT: where to listen (0 takes a free port).
    DATA_DIR: the state is in its folder `sandbox`. WEBHOOK_BASE: where the bots' webhooks are.
    SANDBOX_MODE: `main` or `v1.4.9`. BOT_KEY_<BOT_ID>: one bot each; SANDBOX_BOTS: ids that have
    a hyphen, with commas, which a variable's name cannot tell from `_`.
    SANDBOX_MODEL=stand-in, or no ANTHROPIC_API_KEY: the page says that Claude is not there.
    """

    host: str = "127.0.0.1"
    port: int = 5003
    data_dir: Path = Path("data")
    mode: Mode = "main"
    bots: tuple[BotSeed, ...] = ()
    stand_in_model: bool = True
    log_json: bool = False

    @property
    def database_path(self) -> Path:
        """The file with the chat."""
        return self.data_dir / "sandbox" / "campfire.sqlite3"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of an environment. Raises `SettingsError` with all problems at once."""
    problems: list[str] = []
    settings = Settings(
        host=environment.get("SANDBOX_HOST") or "127.0.0.1",
        port=_port(environment.get("SANDBOX_PORT", ""), problems),
        data_dir=Path(environment.get("DATA_DIR") or "data"),
        mode=_mode(environment.get("SANDBOX_MODE", ""), problems),
        bots=_bots(environment, problems),
        stand_in_model=_stand_in(environment),
        log_json=environment.get("LOG_FORMAT") == "json",
    )
    if problems:
        raise SettingsError(problems)
    return settings


def _port(text: str, problems: list[str]) -> int:
    if not text:
        return 5003
    if text.isascii() and text.isdigit() and int(text) < 65536:
        return int(text)
    problems.append("SANDBOX_PORT must be a number from 0 to 65535.")
    return 0


def _mode(text: str, problems: list[str]) -> Mode:
    for mode in get_args(Mode):
        if text in ("", mode):
            return mode  # type: ignore[no-any-return]
    problems.append("SANDBOX_MODE must be main or v1.4.9.")
    return "main"


def _bots(environment: Mapping[str, str], problems: list[str]) -> tuple[BotSeed, ...]:
    base = (environment.get("WEBHOOK_BASE") or "http://127.0.0.1:5002").rstrip("/")
    told = filter(None, environment.get("SANDBOX_BOTS", "").split(","))
    ids = {it.replace("-", "_"): it for it in told}
    bots: dict[int, BotSeed] = {}
    for name in sorted(environment):
        if not name.startswith(_BOT_KEY_PREFIX) or not environment[name]:
            continue
        bot_id = name.removeprefix(_BOT_KEY_PREFIX).lower()
        bot_id = ids.get(bot_id, bot_id)
        match = _BOT_KEY.match(environment[name])
        if match is None and name.endswith("_FILE"):
            continue  # where a key lies; our launcher has read it
        if match is None:
            problems.append(f"{name} must look like <user id>-<token>, for example 3-abcdefABCDEF.")
        elif (user_id := int(match[1])) in bots:
            problems.append(f"{name} has the user id of another bot.")
        else:
            bots[user_id] = BotSeed(bot_id, user_id, match[2], f"{base}/webhook/{bot_id}")
    return tuple(bots.values())


def _stand_in(environment: Mapping[str, str]) -> bool:
    return environment.get("SANDBOX_MODEL") == "stand-in" or not environment.get(
        "ANTHROPIC_API_KEY"
    )
