"""Tells control words from messages to the agent, whoever accepts them."""

from typing import Any

from shared.bots import Bot
from shared.control_words import Names, TypedWord, recognise
from shared.inbound import InboundMessage


def with_control_word(message: InboundMessage, bot: Bot) -> InboundMessage:
    """The message, marked as the control word that it is, if it is one. Bots have none.

    In a room a yes is talk; in a ping a person's may answer a request: which one is asked for when
    it is accepted (queue.py).
    """
    if message.from_bot:
        return message
    bare = message.room_name is None and message.user_id is not None
    typed = control_word_of(message, bot.word_names, bot.name, bare=bare)
    return message.model_copy(update=marks(typed)) if typed else message


def marks(typed: TypedWord | None) -> dict[str, Any]:
    """The fields of a message that is this control word; none of one that is none."""
    if typed is None:
        return {}
    return {
        "control": typed.word,
        "control_number": typed.number,
        "control_text": typed.text,
    }


def control_word_of(
    message: InboundMessage, renamed: Names, called: str, *, bare: bool = False
) -> TypedWord | None:
    """The control word that a message is; a file's name is none, whatever it looks like."""
    return None if message.is_file else recognise(message.text, renamed, called, bare=bare)
