"""From messages of the index to the deliveries that Campfire should have made of them. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from consumer.campfire.bodies.mentions import Mention, mentions
from consumer.campfire.messages import Message
from consumer.catch_up.known_rooms import KnownRoom
from shared.acceptance.control_word import control_word_of
from shared.control_words import Names
from shared.inbound import MAX_BYTES, InboundMessage

_END = r"(?![A-Za-z0-9_])"
"""Where a name ends: "@Anna" is not Ann, but Chinese may follow at once."""


@dataclass(frozen=True, slots=True)
class OurBot:
    """Who a bot of ours is in Campfire."""

    bot_id: str
    user_id: int
    """What its key begins with."""
    name: str
    """As its file says; Campfire's own name for it is learnt from its mentions and posts."""
    control_words: Names = field(default_factory=dict)


def addressed(
    messages: Sequence[Message], room: KnownRoom, bot: OurBot, now_ms: int
) -> list[InboundMessage]:
    """What people said to the bot, oldest first, as its webhook would have told it.

    But for control words: one is meant for the moment in which it is typed.

    Where the index cannot be told apart: a mention that was edited in later counts like any other.
    """
    ordered = sorted(messages, key=lambda message: message.id)
    names = _names(ordered, bot)
    found = (
        _inbound(message, room, bot, names, now_ms)
        for message in ordered
        if _is_for(message, room, bot, names) and _is_acceptable(message)
    )
    return [m for m in found if control_word_of(m, bot.control_words, bot.name) is None]


def _names(messages: Iterable[Message], bot: OurBot) -> list[str]:
    """What the bot is called, the longest first: "@Ann Lee" is taken out before "@Ann"."""
    names = {bot.name, *_learnt(messages, bot)} - {""}
    return sorted(names, key=len, reverse=True)


def _learnt(messages: Iterable[Message], bot: OurBot) -> Iterator[str]:
    for message in messages:
        if message.creator and message.creator.id == bot.user_id:
            yield message.creator.name
        for mention in mentions(message.html):
            if mention.user_id == bot.user_id:
                yield mention.name


def _is_for(message: Message, room: KnownRoom, bot: OurBot, names: Sequence[str]) -> bool:
    author = message.creator
    if author is None or author.is_bot or author.id == bot.user_id:
        return False
    spoken_to = room.name is None and bot.bot_id in room.bots
    return spoken_to or any(_means(m, bot, names) for m in mentions(message.html))


def _means(mention: Mention, bot: OurBot, names: Sequence[str]) -> bool:
    """By the user's id; by name where the mention is shown without one."""
    if mention.user_id is not None:
        return mention.user_id == bot.user_id
    return mention.name in names


def _is_acceptable(message: Message) -> bool:
    """The ingress refuses such deliveries too."""
    size = len(message.text.encode(errors="replace")) + len(message.html.encode(errors="replace"))
    text = message.text + message.html
    return size <= MAX_BYTES and "\0" not in text and not _holds_surrogates(text)


def _holds_surrogates(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _inbound(
    message: Message, room: KnownRoom, bot: OurBot, names: Sequence[str], now_ms: int
) -> InboundMessage:
    others = {m.name for m in mentions(message.html) if m.user_id != bot.user_id} - set(names)
    text = _without_names(message.text, names, others)
    said_ms = round(message.created_at.timestamp() * 1000)
    return InboundMessage(
        bot_id=bot.bot_id,
        room_id=room.room_id,
        room_name=room.name,
        user_id=message.creator.id if message.creator else None,
        user_name=message.creator.name if message.creator else "",
        message_id=str(message.id),
        text=text,
        html=message.html or None,
        is_file=message.is_file,
        accepted_ms=min(said_ms, now_ms),  # Campfire's clock may be ahead of ours
    )


def _without_names(text: str, names: Sequence[str], longer: Collection[str]) -> str:
    """Without any `@Name` of the bot; a longer name that begins with it stays whole.

    Campfire's own webhook eats into the longer one (w57).
    """
    own = "|".join(f"{re.escape(name)}{_END if name[-1].isascii() else ''}" for name in names)
    others = sorted((name for name in longer if name.startswith(tuple(names))), key=len)
    kept = "|".join(map(re.escape, reversed(others)))
    pattern = f"@(?:(?P<kept>{kept})|{own})" if kept else f"@(?:{own})"
    return re.sub(pattern, lambda match: match[0] if kept and match["kept"] else "", text).strip()
