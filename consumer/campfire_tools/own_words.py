"""A note in the words of the person who asks for it, as they stand in their message. Pure.

What a model has read (the room's talk, pages, documents, a quoted message) may ask for a note in
the same words as a person does. So a note holds what stands in the asker's own message, and nothing
else: between the same letters a model could put signs that say something by themselves, emoji,
letters in boxes, or ones that nobody sees.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from consumer.reading import Known, as_written
from shared.inbound import InboundMessage

_NOT_A_WORD = re.compile(r"[\W_]+")
_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)
LONGEST_HTML = 100_000
_BEFORE, _BEHIND = "-+−±", "%‰°"
"""Signs of a number, beside currencies': -5 %, 20 €."""


def own_words(text: str, messages: Iterable[InboundMessage]) -> str | None:
    """The stretch of one of these messages, outside of what it quotes, that the text stands for;
    None where there is none.

    Case, width, accents, blanks and signs do not count: a model writes them as it likes.
    """
    wanted = "".join(map(_folded, text))
    found = (_stretch(wanted, _words(message)) for message in messages if wanted)
    return next((stretch for stretch in found if stretch is not None), None)


def _words(message: InboundMessage) -> str:
    html = message.html or ""
    if message.is_file or len(html) > LONGEST_HTML:
        return ""
    text = as_written(html, Known()) if html.strip() else message.text
    return _QUOTED.sub("", text)


def _stretch(wanted: str, words: str) -> str | None:
    places = [place for place, sign in enumerate(words) for _ in _folded(sign)]
    at = "".join(map(_folded, words)).find(wanted)
    if at < 0:
        return None
    begin, end = places[at], places[at + len(wanted) - 1] + 1
    while begin and _belongs(words[begin - 1], _BEFORE):
        begin -= 1
    while end < len(words) and (_belongs(words[end], _BEHIND) or unicodedata.combining(words[end])):
        end += 1
    return " ".join(words[begin:end].split())


def _belongs(sign: str, to_numbers: str) -> bool:
    return sign in to_numbers or unicodedata.category(sign) == "Sc"


@lru_cache(4096)
def _folded(sign: str) -> str:
    return _NOT_A_WORD.sub("", unicodedata.normalize("NFKD", sign).casefold())
