"""Campfire's keys of our bots: `BOT_KEY_<ID>`, or a file that an operator puts into DATA_DIR.

A file is read when its bot's file is taken in, also while the service runs: `python -m operate key`
writes it.
"""

from collections.abc import ItemsView, Iterator, Mapping
from pathlib import Path

from shared.bots import Bot
from shared.errors import ConfigurationError
from shared.secret_names import BOT_KEY
from shared.startup.private_text import private_text, write_private_text

FOLDER = "keys"


class CampfireKeys(Mapping[str, str]):
    """The bots' Campfire keys by bot id, as they were last read; one for a process."""

    def __init__(self, variables: Mapping[str, str], data_dir: Path) -> None:
        """`variables`: the keys by their variables, which go before files."""
        self._variables = variables
        self._folder = key_folder(data_dir)
        self._known: dict[str, str] = {}

    def read(self, bot: Bot) -> str | None:
        """The bot's key as it is now, None where it has none; raises ConfigurationError."""
        key = self._variables.get(bot.key_variable) or key_in(self._folder / bot.id)
        if key is None:
            self._known.pop(bot.id, None)
        else:
            self._known[bot.id] = key
        return key

    def __getitem__(self, bot_id: str) -> str:
        return self._known[bot_id]

    def items(self) -> ItemsView[str, str]:
        """As they are now, without a step in Python for each: who posted is looked up by them."""
        return dict(self._known).items()

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._known))

    def __len__(self) -> int:
        return len(self._known)

    def __repr__(self) -> str:
        return f"CampfireKeys({', '.join(self._known)})"


def key_folder(data_dir: Path) -> Path:
    """Where the files lie: below what the cage hides from agents' commands."""
    return data_dir.absolute() / FOLDER


def key_in(file: Path) -> str | None:
    """What stands in a key's file, None where there is none; closes it to others.

    Raises ConfigurationError for what is no key, or cannot be read.
    """
    key = private_text(file)
    if key is None:
        return None
    if not BOT_KEY.fullmatch(key):
        raise ConfigurationError([f"{file}: a Campfire bot key looks like 3-a1b2c3d4e5f6"])
    return key


def write_key(data_dir: Path, bot_id: str, key: str) -> Path:
    """Put it there, whole or not at all and for our user alone; the file. Raises OSError."""
    return write_private_text(key_folder(data_dir) / bot_id, key)
