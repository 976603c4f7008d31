"""Text without what does not count in a word that people type to the service: case, signs. Pure."""

import unicodedata

_MARKS = " \t\r\n/.,!?。、~…"
_QUESTION_MARKS = frozenset("?❓❔؟⸮")
_UNSEEN_LETTERS = "\u115f\u1160\u2800\ufe0e\ufe0f"
"""Fillers that are letters or symbols to Unicode, and what chooses how an emoji is drawn."""


def folded(text: str) -> str:
    """The text without what does not count: `/Stop!`, `(ＳＴＯＰ)` and `stop 🛑` are `stop`.

    A name of signs alone stays what it is.
    """
    plain = plain_signs(text)
    first, last = _core(plain)
    return " ".join((plain[first:last] or plain.strip(_MARKS)).split())


def is_asked(plain: str) -> bool:
    """Whether a question mark stands behind its last letter; of what `plain_signs` gave."""
    return not _QUESTION_MARKS.isdisjoint(plain[_core(plain)[1] :])


def plain_signs(text: str) -> str:
    """As it is seen, every sign written in one way; signs around it stay."""
    if text.isascii():  # all of which is seen, and none of it written in two ways
        return text.casefold()
    normal = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in normal if _is_seen(sign))


def _is_seen(sign: str) -> bool:
    return unicodedata.category(sign) != "Cf" and sign not in _UNSEEN_LETTERS


def _core(plain: str) -> tuple[int, int]:
    """Where its first letter or digit begins, and where its last one ends; (0, 0) without any."""
    signs = range(len(plain))
    first = next((place for place in signs if _counts(plain[place])), None)
    if first is None:
        return 0, 0
    return first, 1 + next(place for place in reversed(signs) if _counts(plain[place]))


def _counts(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"
