"""Whom a bot answers, where, and whose control words it obeys, by its file. Pure."""

from typing import Literal

from shared.bots.bot import Bot
from shared.bots.rights import ids_of
from shared.bots.sections.access.who import MayType
from shared.control_words import ControlWord
from shared.inbound import InboundMessage

Refusal = Literal["person", "room", "ping", "word", "others", "reminded"]
"""What is not answered: this person; anybody in this room, in pings; this person's control word;
the word where what it is of is somebody else's; the reminder of somebody who may not talk to it any
more."""


def refusal(
    bot: Bot,
    user_id: int | None,
    room_id: int,
    *,
    is_ping: bool,
    word: ControlWord | None = None,
    unattended: bool = False,
) -> Refusal | None:
    """Why a message is not answered; None: it is. Nobody known is only one of everyone.

    `unattended`: the operator's own file let it come; no person has to be one that may talk.
    """
    if is_ping and not bot.rooms.pings:
        return "ping"
    if not is_ping and bot.rooms.answer is not None and room_id not in bot.rooms.answer:
        return "room"
    if not unattended and not may_talk(bot, user_id):
        return "person"
    return None if word is None or may_type(bot, user_id, word) else "word"


def why_not(bot: Bot, message: InboundMessage) -> Refusal | None:
    """Why this message is not answered; None: it is."""
    found = refusal(
        bot,
        message.user_id,
        message.room_id,
        is_ping=message.room_name is None,
        word=message.control,
        unattended=message.is_unattended,
    )
    whose = message.firing.person if message.firing else None
    gone = found is None and whose is not None and not may_talk(bot, whose)
    return "reminded" if gone else found


def may_talk(bot: Bot, user_id: int | None) -> bool:
    """Whether it answers this person anywhere."""
    return bot.people.talk == "everyone" or user_id in ids_of(bot, bot.people.talk)


def may_type(bot: Bot, user_id: int | None, word: ControlWord) -> bool:
    """Whether somebody who may talk may type this word; `stop` of one's own is not looked at."""
    return _is_one_of(bot, user_id, bot.people.control.get(word, "everyone"))


def may_type_for_others(bot: Bot, user_id: int | None, word: ControlWord) -> bool:
    """Whether who may type this word may type it for somebody else's note or reminder.

    Approvers may, or whom the file names for the word: where it names nobody at all, nobody.
    """
    return _is_one_of(bot, user_id, bot.people.control.get(word, "approvers"))


def _is_one_of(bot: Bot, user_id: int | None, who: MayType) -> bool:
    if who == "everyone":
        return True
    return user_id in ids_of(bot, bot.people.approve if who == "approvers" else who)
