"""The bots: what each may do, and their files as they change."""

from shared.bots.bot import Bot, bot_ids, campfire_user_id, key_variable, load_bot, load_bots
from shared.bots.fields import Busy, Progress

__all__ = [
    "Bot",
    "Busy",
    "Progress",
    "bot_ids",
    "campfire_user_id",
    "key_variable",
    "load_bot",
    "load_bots",
]
