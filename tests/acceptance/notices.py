"""Telling what the service says of itself from an answer: a slow machine earns it anywhere."""

import re

from shared.catalogue import catalogue

_TEMPLATES = [
    text
    for language in (catalogue("en"), catalogue("zh"))
    for name, text in language.items().items()
    if name == "takes_long"
]
_NOTICE = re.compile("|".join(re.sub(r"\\{\w+\\}", ".+", re.escape(text)) for text in _TEMPLATES))
_PROGRESS = re.compile(r".+ · (\d+ (min|分) )?\d+ (s|秒)")


def is_notice(text: str) -> bool:
    """Whether a post of a bot says that a message has to wait, or how far its turn is."""
    return _NOTICE.fullmatch(text) is not None or is_progress(text)


def is_progress(text: str) -> bool:
    """Whether a post of a bot says what its turn does right now, and since when."""
    return _PROGRESS.fullmatch(text) is not None
