"""Bots for tests."""

from typing import Any

from shared.bots import Bot


def bot_with(bot: Bot, **keys: Any) -> Bot:
    """The bot, with other values for some keys of its file; raises pydantic.ValidationError."""
    return Bot.model_validate({**bot.model_dump(exclude_unset=True), **keys})


def granted(bot: Bot, *tools: str) -> Bot:
    """The bot with these tools, also such as no bot file may grant."""
    return bot.model_copy(update={"tools": tools})
