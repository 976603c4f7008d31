"""People's names in the service's own sentences: words that end where ours go on. Pure."""

import unicodedata
from collections.abc import Iterable
from html import escape

from shared.catalogue import Catalogue

LONGEST = 60
"""Characters; Campfire itself sets no bound."""
_JOINERS = "\u200c\u200d"
"""Unseen, and part of Persian words and of emoji."""


def name_html(name: str, sentences: Catalogue) -> str:
    """One name as HTML: on one line, without what is unseen or turns what follows around."""
    return escape(shown_name(name) or sentences.say("somebody"), quote=False)


def names_html(names: Iterable[str], sentences: Catalogue) -> str:
    """Some names as people list them, each once, as HTML; raises IndexError for none."""
    return sentences.listed(list(dict.fromkeys(name_html(name, sentences) for name in names)))


def shown_name(name: str) -> str:
    """One name as plain text, as `name_html` shows it; empty where nothing of it is seen."""
    plain = "".join(sign if _is_shown(sign) else " " for sign in name)
    one_line = " ".join(plain.split())
    return one_line if len(one_line) <= LONGEST else one_line[:LONGEST].rstrip() + "…"


def _is_shown(sign: str) -> bool:
    return unicodedata.category(sign)[0] != "C" or sign in _JOINERS
