"""Text as the words by which it is found: the same for what is indexed and what is asked.

Han, kana and Hangul are words of one character each, so that any part of a text without blanks
is a phrase of them, across a line break too. Other words lose their case and their accents.
"""

import re
import unicodedata
from collections.abc import Iterator

HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
KANA = "\u3041-\u3096\u309d-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
HANGUL = "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"
SINGLE = HAN + KANA + HANGUL + "\u3105-\u312f"
"""Characters that are a word each."""

_WORD = re.compile(rf"[{SINGLE}]|[^\W_{SINGLE}]+")
_SINGLE = re.compile(rf"[{SINGLE}]")
_HIRAGANA = re.compile(r"[\u3041-\u3096\u309d-\u309f]+")
_THOUSANDS = re.compile(r"(?<=[0-9])[.,'’](?=[0-9]{3}(?![0-9]))")


def words(text: str) -> Iterator[str]:
    """The words of a text in their order; 1,200 and 1.200 are 1200."""
    plain = _THOUSANDS.sub("", unicodedata.normalize("NFKC", text)).casefold()
    for found in _WORD.findall(plain):
        yield found if found.isascii() or is_single(found) else _without_accents(found)


def is_single(word: str) -> bool:
    """Whether it is a word by being one character of Chinese, Japanese or Korean."""
    return len(word) == 1 and _SINGLE.match(word) is not None


def is_hiragana(text: str) -> bool:
    """Whether it is made of the characters that Japanese writes its endings and particles with."""
    return _HIRAGANA.fullmatch(text) is not None


def indexed(text: str) -> str:
    """A text as it stands in the index."""
    return " ".join(words(text))


def _without_accents(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    return "".join(part for part in parts if unicodedata.category(part) != "Mn")
