"""A digest of what a bot's file says: a request is good only while it stays the same. Pure."""

import json
from pathlib import Path

from shared.approvals import digest
from shared.bots import Bot


def bot_state(bot: Bot) -> str:
    """A digest of the bot as it is in one room.

    Of what its file says alone, so that a release that knows further keys finds the same; of
    folders the name, since a release may lie elsewhere; and not of its skills' files, which a new
    image gives new times.
    """
    said = bot.model_dump(exclude_defaults=True, exclude={"skills": {"state"}})
    return digest(json.dumps(said, sort_keys=True, default=_plain))


def _plain(value: object) -> object:
    return value.name if isinstance(value, Path) else str(value)
