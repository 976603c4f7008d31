"""What a bot's file says, as one digest: a request counts only while it is the same. Pure."""

from shared.approvals import digest
from shared.bots import Bot


def bot_state(bot: Bot) -> str:
    """Of the bot as it is in one room.

    Only of what its file says, so that a release that knows further keys finds the same; and not of
    its skills' files, which a new image gives new times.
    """
    said = bot.model_dump_json(exclude_defaults=True, exclude={"skills": {"state"}})
    return digest(said)
