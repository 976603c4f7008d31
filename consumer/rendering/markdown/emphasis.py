"""Which `*`, `_`, `~` mean emphasis: CommonMark's rule, made for Chinese, Japanese, Korean too.

CommonMark decides by the spaces and punctuation around a mark. Scripts without spaces have neither,
so `**退款政策：**七天` would stay as typed; and what stands in the middle of a word or a path
(`a*b*c`, `__init__.py`) is no emphasis in a chat about code.
"""

import re
import unicodedata

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType

_WIDE_SCRIPTS = re.compile(
    r"[\u1100-\u11ff\u2e80-\u303f\u3040-\u30ff\u3100-\u318f\u31a0-\u31ff\u3200-\u4dbf\u4e00-\u9fff"
    r"\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)
"""Han, kana, bopomofo, Hangul, and their punctuation and full-width forms."""
_IN_A_NAME = frozenset("/\\.:#=&?@%+-")
"""Between letters, these make a path, an address or a name of what is on both sides."""


class InlineParser(ParserInline):
    """markdown-it's parser of inline text, with our rule of what a mark means."""

    def __init__(self, other: ParserInline) -> None:
        """Take over the rules of another one."""
        super().__init__()
        self.ruler, self.ruler2 = other.ruler, other.ruler2

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """See ParserInline."""
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        """Whether the marks that begin here may open and may close an emphasis."""
        marker = self.src[start]
        end = start
        while end < self.posMax and self.src[end] == marker:
            end += 1
        before, after = self._sign(start - 1), self._sign(end)
        if self._in_a_name(start, end, before, after):
            return Scanned(False, False, end - start)
        return _scanned(before, after, canSplitWord, end - start)

    def _sign(self, at: int) -> str:
        """The character there; a blank at both ends of the text."""
        return self.src[at] if 0 <= at < self.posMax else " "

    def _in_a_name(self, start: int, end: int, before: str, after: str) -> bool:
        """Whether the marks stand inside a word, or where a path or a name goes on."""
        if self.src[start] != "_":
            return _in_a_product(end - start, before, after)
        if before.isalnum() and after.isalnum():
            return True
        inward = after in _IN_A_NAME and _is_letter(self._sign(end + 1))
        outward = before in _IN_A_NAME and _is_letter(self._sign(start - 2))
        return (inward and not _opens(before)) or (outward and not _opens(after))


def _in_a_product(count: int, before: str, after: str) -> bool:
    """Whether these are signs of arithmetic: a*b, x**2. **S**ingle is emphasis."""
    inside = _is_letter(before) and _is_letter(after)
    return inside and (count == 1 or "Nd" in map(unicodedata.category, (before, after)))


def _scanned(before: str, after: str, can_split_word: bool, count: int) -> Scanned:
    """CommonMark's flanking rule; next to a wide script, punctuation is no obstacle."""
    free_before, free_after = _frees(before), _frees(after)
    left = not after.isspace() and (not _is_punctuation(after) or free_before)
    right = not before.isspace() and (not _is_punctuation(before) or free_after)
    if can_split_word:
        return Scanned(left, right, count)
    can_open = left and (not right or _is_punctuation(before) or _is_wide(before))
    can_close = right and (not left or _is_punctuation(after) or _is_wide(after))
    return Scanned(can_open, can_close, count)


def _frees(sign: str) -> bool:
    """Whether beside this one a mark may stand at punctuation."""
    return sign.isspace() or _is_punctuation(sign) or _is_wide(sign)


def _opens(sign: str) -> bool:
    """Whether a mark between this and a name is one of emphasis: (_see a.txt_)."""
    return sign.isspace() or unicodedata.category(sign) in ("Ps", "Pi")


def _is_wide(sign: str) -> bool:
    return _WIDE_SCRIPTS.match(sign) is not None


def _is_letter(sign: str) -> bool:
    """A letter or digit of a script that has spaces between its words."""
    return sign.isalnum() and not _is_wide(sign)


def _is_punctuation(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "PS"
