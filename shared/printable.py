"""Text of others on an operator's terminal: what a terminal would obey is shown instead. Pure."""

import unicodedata

_KEPT = frozenset("\n\t\u200c\u200d")
"""A line's end, and the joiners of Persian words and emoji."""


def printable(text: str) -> str:
    """The text with control, format and half characters as escapes: `\\x1b`, `\\u202e`.

    A raw ESC colours, moves, or (OSC 52) writes the clipboard of whoever reads; a bidirectional
    override shows a line in another order than it stands.
    """
    return "".join(sign if _is_harmless(sign) else _escaped(sign) for sign in text)


def _is_harmless(sign: str) -> bool:
    return sign in _KEPT or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _escaped(sign: str) -> str:
    return sign.encode("unicode_escape").decode("ascii")
