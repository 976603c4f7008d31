"""The secrets by which programs outside may tell a bot something: one a bot.

`EVENT_SECRET_<ID>`, or a file beside the bots' Campfire keys that `python -m operate event-secret`
writes. Read when an event comes: a new one counts at once.
"""

import secrets
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from shared.errors import ConfigurationError
from shared.secret_names import EVENT_SECRET, EVENT_SECRET_PREFIX
from shared.startup.campfire_keys import key_folder
from shared.startup.private_text import private_text, write_private_text

ENDING = ".event"
"""No bot's id has a dot."""
LOOKS = "an event secret is 32 to 200 letters, digits and . _ ~ + = -"


class EventSecrets:
    """The event secrets of all bots."""

    def __init__(self, variables: Mapping[str, str], data_dir: Path) -> None:
        """`variables`: the secrets by their variables, which go before files."""
        self._variables, self._data_dir = variables, data_dir

    def of(self, bot_id: str) -> str | None:
        """As it is now, None where the bot has none; raises ConfigurationError."""
        if given := self._variables.get(secret_variable(bot_id)):
            return given
        file = secret_file_of(self._data_dir, bot_id)
        secret = private_text(file)
        if secret is not None and not EVENT_SECRET.fullmatch(secret):
            raise ConfigurationError([f"{file}: {LOOKS}"])
        return secret

    def problems(self, bot_ids: Collection[str]) -> Iterator[str]:
        """What is wrong with the secrets, as sentences."""
        known = {secret_variable(bot_id) for bot_id in bot_ids}
        for name, value in self._variables.items():
            if name not in known:
                yield f"{name}: no bot file has this id"
            elif not EVENT_SECRET.fullmatch(value):
                yield f"{name}: {LOOKS}"
        for bot_id in bot_ids:
            try:
                self.of(bot_id)
            except ConfigurationError as error:
                yield from error.problems

    def __repr__(self) -> str:
        return "EventSecrets()"


def secret_variable(bot_id: str) -> str:
    """The environment variable of a bot's event secret."""
    return EVENT_SECRET_PREFIX + bot_id.upper().replace("-", "_")


def secret_file_of(data_dir: Path, bot_id: str) -> Path:
    """Where it lies otherwise: below what the cage hides from agents' commands."""
    return key_folder(data_dir) / f"{bot_id}{ENDING}"


def new_secret(data_dir: Path, bot_id: str) -> str:
    """Make one and keep it in the place of the one before; raises OSError."""
    secret = secrets.token_urlsafe(32)
    write_private_text(secret_file_of(data_dir, bot_id), secret)
    return secret
