"""The part of a section that tells why it was found. Pure."""

from itertools import pairwise

from consumer.knowledge.words import is_single, words

LONG = 600
"""Characters of an excerpt."""
STEP = 150


def excerpt(text: str, asked: str) -> str:
    """The stretch of the text with most of what was asked for, with … where it was cut."""
    if len(text) <= LONG:
        return text
    wanted = _marks(asked)
    starts = range(0, len(text) - LONG + STEP, STEP)
    best = max(starts, key=lambda at: (len(wanted & _marks(text[at : at + LONG])), -at))
    return _whole_words(text, best, min(best + LONG, len(text)))


def _marks(text: str) -> set[str]:
    """Beginnings of words, and pairs of characters that are a word each."""
    found = list(words(text))
    pairs = {a + b for a, b in pairwise(found) if is_single(a) and is_single(b)}
    return pairs | {word[:5] for word in found if not is_single(word)}


def _whole_words(text: str, begin: int, end: int) -> str:
    if begin > 0:
        begin = max(begin, text.find(" ", begin, begin + 40) + 1)
    if end < len(text):
        end = max(text.rfind(" ", end - 40, end), end - 40)
    front, back = "… " if begin else "", " …" if end < len(text) else ""
    return f"{front}{text[begin:end].strip()}{back}"
