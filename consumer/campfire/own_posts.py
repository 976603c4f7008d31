"""Whether a post is in the room: found by its author and its words, or its file's. Pure."""

import re
from collections.abc import Callable
from html import unescape

from consumer.campfire.messages import Message

_MENTION = re.compile(r"<action-text-attachment\b[^>]*>(?:</action-text-attachment>)?")
_TAG = re.compile(r"<[^>]*>")
_NOT_A_WORD = re.compile(r"[\W_]+")
_ANY_NAME = r"\w{0,80}?"


def is_own_post(bot_id: int, html: str, after: int) -> Callable[[Message], bool]:
    """A test for: this bot's message with this body, newer than message `after`."""
    fits = _fits(html)

    def matches(message: Message) -> bool:
        own = message.creator is not None and message.creator.id == bot_id
        return own and message.id > after and fits(message.html)

    return matches


def is_own_file(bot_id: int, filename: str, after: int) -> Callable[[Message], bool]:
    """A test for: this bot's message with a file of this name, newer than message `after`.

    Such a message has no body. Rails gives the file's name as its text (and may have changed
    signs of it), a look-alike gives nothing: then any file of the bot's will do, which is sound as
    long as a lane posts one thing after the other and `after` is the last one known.
    """
    name = _words(filename)

    def matches(message: Message) -> bool:
        own = message.creator is not None and message.creator.id == bot_id
        shown = {_words(message.html), _words(message.text)} - {"", name}
        return own and message.id > after and not shown and not _signs(message.html)

    return matches


def _fits(html: str) -> Callable[[str], bool]:
    """Whether another rendering shows the same text: Campfire draws mentions as names."""
    spans = [_words(span) for span in _MENTION.split(html)]
    if not any(spans):
        return lambda shown: _signs(_MENTION.sub("", shown)) == _signs(_MENTION.sub("", html))
    if len(spans) == 1:
        return lambda shown: _words(shown) == spans[0]
    pattern = re.compile(_ANY_NAME.join(map(re.escape, spans)))
    return lambda shown: pattern.fullmatch(_words(shown)) is not None


def _words(html: str) -> str:
    """Letters and digits of what is shown: Campfire re-renders markup and white space."""
    return _NOT_A_WORD.sub("", _text(html))


def _signs(html: str) -> str:
    """Everything that is shown but space, for a post without any word, of emoji say."""
    return "".join(_text(html).split())


def _text(html: str) -> str:
    return unescape(_TAG.sub("", html))
