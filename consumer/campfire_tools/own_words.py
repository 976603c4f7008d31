"""Whether a note is in the words of the person who asks for it. Pure.

What a model has read (the room's talk, pages, documents, a quoted message) may ask for a note in
the same words as a person does. So a note holds what stands in the asker's own message, and nothing
else.
"""

import re
import unicodedata
from collections.abc import Iterable

from consumer.reading import Known, as_written
from shared.inbound import InboundMessage

_NOT_A_WORD = re.compile(r"[\W_]+")
_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)
LONGEST_HTML = 100_000


def are_own_words(text: str, messages: Iterable[InboundMessage]) -> bool:
    """Whether the text stands in one of these messages, outside of what it quotes.

    Case, width, blanks and signs do not count: a model writes them as it likes.
    """
    wanted = _folded(text)
    return bool(wanted) and any(wanted in _folded(_words(message)) for message in messages)


def _words(message: InboundMessage) -> str:
    html = message.html or ""
    if message.is_file or len(html) > LONGEST_HTML:
        return ""
    text = as_written(html, Known()) if html.strip() else message.text
    return _QUOTED.sub("", text)


def _folded(text: str) -> str:
    return _NOT_A_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())
