"""Telling what the service says of a turn from its answer: a slow machine earns both anywhere."""

import re

from shared.catalogue import catalogue

_WORDS = catalogue("en").items().items()
_BUSY = [text for name, text in _WORDS if name.startswith("busy.")]
_DOING = [text for name, text in _WORDS if name.startswith(("progress.", "tool."))]
_NOTICE = re.compile("|".join(re.sub(r"\\{\w+\\}", ".+", re.escape(text)) for text in _BUSY))
_PROGRESS = re.compile(f"({'|'.join(map(re.escape, _DOING))}) · .* s")


def is_notice(text: str) -> bool:
    """Whether a post of a bot says that a message has to wait, or what the bot is at."""
    return bool(_NOTICE.fullmatch(text) or _PROGRESS.fullmatch(text))
