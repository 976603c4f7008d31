"""Tells orders to the service from messages to the agent, whoever accepts them."""

from shared.bots import Bot
from shared.control_words import recognise
from shared.inbound import InboundMessage


def with_order(message: InboundMessage, bot: Bot) -> InboundMessage:
    """The message, marked as the control word that it is, if it is one. Bots give no orders."""
    if message.from_bot:
        return message
    word = None if message.is_file else recognise(message.text, bot.control_words, bot.name)
    return message.model_copy(update={"control": word}) if word else message
