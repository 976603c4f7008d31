"""The bots: what each may do, which of them take part, and their files as they change.

`bot` is what a file may say, with its sections and `fields`; `reading` turns a file into a bot or
into sentences with file and line; `roster` is who takes part now; `watching` keeps it up to date.
"""

from shared.bots.bot import DEFAULT_MODEL, Bot, campfire_user_id, key_variable
from shared.bots.fields import Busy, Progress
from shared.bots.reading import bot_ids, load_bot, load_bots
from shared.bots.roster import Roster

__all__ = [
    "DEFAULT_MODEL",
    "Bot",
    "Busy",
    "Progress",
    "Roster",
    "bot_ids",
    "campfire_user_id",
    "key_variable",
    "load_bot",
    "load_bots",
]
