"""Tells control words from messages to the agent, whoever accepts them."""

from typing import Any

from shared.bots import Bot
from shared.control_words import Names, TypedWord, recognise
from shared.inbound import InboundMessage


def with_order(message: InboundMessage, bot: Bot) -> InboundMessage:
    """The message, marked as the control word that it is, if it is one. Bots have none.

    In a room a yes is talk; in a ping a person's may answer a request: which one is asked for when
    it is accepted (queue.py).
    """
    if message.from_bot:
        return message
    bare = message.room_name is None and message.user_id is not None
    order = order_of(message, bot.orders, bot.name, bare=bare)
    return message.model_copy(update=marks(order)) if order else message


def marks(order: TypedWord | None) -> dict[str, Any]:
    """The fields of a message that is this order; none of one that is none."""
    if order is None:
        return {}
    return {
        "control": order.word,
        "control_number": order.number,
        "control_text": order.text,
    }


def order_of(
    message: InboundMessage, renamed: Names, called: str, *, bare: bool = False
) -> TypedWord | None:
    """The order that a message is; a file's name is none, whatever it looks like."""
    return None if message.is_file else recognise(message.text, renamed, called, bare=bare)
