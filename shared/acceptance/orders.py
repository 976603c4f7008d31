"""Tells control words from messages to the agent, whoever accepts them."""

from shared.bots import Bot
from shared.control_words import ControlWord, Names, recognise
from shared.inbound import InboundMessage


def with_order(message: InboundMessage, bot: Bot) -> InboundMessage:
    """The message, marked as the control word that it is, if it is one. Bots have none."""
    if message.from_bot:
        return message
    word = control_word(message, bot.control_words, bot.name)
    return message.model_copy(update={"control": word}) if word else message


def control_word(message: InboundMessage, renamed: Names, called: str) -> ControlWord | None:
    """The control word that a message is; a file's name is none, whatever it looks like."""
    return None if message.is_file else recognise(message.text, renamed, called)
