"""Telling the service's "please wait" from an answer: a slow machine earns notices anywhere."""

import re

from shared.catalogue import catalogue

_TEMPLATES = [text for name, text in catalogue("en").items().items() if name.startswith("busy.")]
_NOTICE = re.compile("|".join(re.sub(r"\\{\w+\\}", ".+", re.escape(text)) for text in _TEMPLATES))


def is_notice(text: str) -> bool:
    """Whether a post of a bot says that a message has to wait."""
    return _NOTICE.fullmatch(text) is not None
