"""The three files of a first set-up, for our user alone; what is there stays as it is."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from operate.init.answers import Answers
from shared.startup.campfire_keys import key_folder, write_key

_PLAIN = re.compile(r"[A-Za-z0-9._~:@%/\[\]-]+")
BOT_FILE = """\
# A bot: what it may do is what stands here, nothing else. All keys: docs/bots.md.
id: {bot}
name: {name}
system_prompt: |
  You are {name}, a teammate in a company's Campfire chat.
  Answer the person who asks, in their language. Be brief: a few sentences, a list where it helps.
  When you do not know, say so and say what would help.
"""
KEPT = ("HOST", "PORT", "DATA_DIR", "BOTS_DIR", "ANTHROPIC_BASE_URL")
"""Of the environment: the service, started in another window, would not know them."""
ENV_FILE = """\
# Made by `python -m operate init`. Every setting: .env.example.
CAMPFIRE_URL={campfire}
ANTHROPIC_API_KEY={api_key}
"""


def write_all(
    answers: Answers, *, env_file: Path, bots_dir: Path, data_dir: Path, values: Mapping[str, str]
) -> Iterator[str]:
    """Write what is not there yet; a line about each. `values`: the settings that are there.

    Raises OSError.
    """
    text = ENV_FILE.format(campfire=answers.campfire, api_key=answers.api_key)
    text += "".join(f"{name}={_quoted(values[name])}\n" for name in KEPT if name in values)
    yield _told(env_file, _new(env_file, text, 0o600))
    key = key_folder(data_dir) / answers.bot
    yield _told(key, not key.exists() and bool(write_key(data_dir, answers.bot, answers.bot_key)))
    bot_file = bots_dir / f"{answers.bot}.yaml"
    bot_file.parent.mkdir(parents=True, exist_ok=True)
    name = answers.bot.replace("_", " ").replace("-", " ").title()
    made = _new(bot_file, BOT_FILE.format(bot=answers.bot, name=name), 0o644)
    yield _told(bot_file, made)


def _quoted(value: str) -> str:
    """As python-dotenv reads it back."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return value if _PLAIN.fullmatch(value) else f"'{escaped}'"


def _new(file: Path, text: str, mode: int) -> bool:
    """Whether it was made; raises OSError for anything but a file that is there."""
    try:
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        return False
    with os.fdopen(made, "w", encoding="utf-8") as opened:
        opened.write(text)
    return True


def _told(file: Path, made: bool) -> str:
    return f"wrote {file}" if made else f"{file} is there, and stays as it is"
