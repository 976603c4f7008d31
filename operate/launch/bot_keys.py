"""Bot keys for the stand-in Campfire: made once, kept in a file that only its owner may read."""

import json
import os
import secrets
import string
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import yaml

from operate.launch.environment import LaunchError

FIRST_USER_ID = 101
"""Below it the sandbox has its people."""
TOKEN_LENGTH = 12
"""As Campfire's `User::Bot.generate_bot_token`."""


def key_file(data_dir: Path) -> Path:
    """Where they are kept."""
    return data_dir / "sandbox" / "bot_keys.json"


def missing_bot_keys(bots_dir: Path, present: Collection[str], file: Path) -> dict[str, str]:
    """A key for every bot of `bots_dir` whose variable is not `present`: variable to key.

    The same bot gets the same key at every start, from `file`. Raises LaunchError.
    """
    wanted = [name for name in map(key_variable, bot_ids(bots_dir)) if name not in present]
    known = _load(file)
    keys = _completed(known, wanted)
    if keys != known:
        _save(file, keys)
    return {name: keys[name] for name in wanted}


def made_bot_keys(bots_dir: Path, file: Path) -> dict[str, str]:
    """Those that were made for the bots of `bots_dir`: variable to key. Makes none.

    Raises LaunchError.
    """
    known = _load(file)
    return {name: known[name] for name in map(key_variable, bot_ids(bots_dir)) if name in known}


def key_variable(bot_id: str) -> str:
    """The environment variable of a bot's key, as the service names it."""
    return "BOT_KEY_" + bot_id.upper().replace("-", "_")


def bot_ids(bots_dir: Path) -> Iterator[str]:
    """The ids of the bot files. A broken file is left to the processes, which name its line."""
    for file in sorted(bots_dir.glob("*.yaml")):
        try:
            content: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError):
            continue
        if isinstance(content, dict) and isinstance(content.get("id"), str):
            yield content["id"]


def _completed(known: dict[str, str], wanted: list[str]) -> dict[str, str]:
    keys = dict(known)
    taken = [int(key.partition("-")[0]) for key in known.values()]
    user_id = max([FIRST_USER_ID - 1, *taken])
    for name in wanted:
        if name not in keys:
            user_id += 1
            keys[name] = f"{user_id}-{_token()}"
    return keys


def _token() -> str:
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(TOKEN_LENGTH))


def _load(file: Path) -> dict[str, str]:
    try:
        keys = json.loads(file.read_text(encoding="utf-8"))
        return {str(name): str(key) for name, key in keys.items() if int(str(key).split("-")[0])}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError):
        raise LaunchError(
            f"{file} cannot be read as bot keys: delete it to have it made."
        ) from None


def _save(file: Path, keys: dict[str, str]) -> None:
    """Whole or not at all, and never readable for others, not even for a moment."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump(keys, out, indent=1)
    draft.replace(file)
