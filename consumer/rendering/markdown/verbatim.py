"""What Markdown's marks mean nothing in: addresses, Windows paths, formulas. Kept as written.

An address with `_` and `*` in it would lose them, a path its backslashes. Campfire itself makes a
link of an address, so it stays text here.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

_WIDE_MARKS = r"\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\u2018-\u201f"
_REST = rf"[^\s<>\"`|\]{_WIDE_MARKS}]"
"""What an address or a path may be made of, up to a blank, a bracket or Chinese punctuation."""
_ADDRESS = re.compile(rf"://{_REST}+")
_SCHEME = re.compile(r"(?:^|[^A-Za-z0-9])(?:https?|ftp|wss?|file)$", re.IGNORECASE)
_PATH = re.compile(rf":\\{_REST}*")
_DRIVE = re.compile(r"(?:^|[^A-Za-z0-9])[A-Za-z]$")
_SHARE = re.compile(rf"\\\\[A-Za-z0-9][\w.$-]*\\{_REST}+")
_FORMULA = re.compile(r"\\\((?:[^\n\\]|\\[^)]){1,500}?\\\)|\\\[(?:[^\\]|\\[^\]]){1,500}?\\\]")
_LONGEST_FORMULA = 500
r"""Characters; beyond them `\(`, a thousand times, would be searched a thousand times."""
_TRAILING = "*_~.,;:!?'"
"""Behind an address these belong to the sentence, or to the emphasis around it."""


def keep_verbatim(parser: MarkdownIt) -> None:
    """Add the rules to a parser."""
    parser.inline.ruler.before("escape", "address", _address)
    parser.inline.ruler.before("escape", "share_or_formula", _share_or_formula)


def _address(state: StateInline, silent: bool) -> bool:
    """`https://…` or `C:\\…`, met at its colon: what stands before it is text already."""
    if state.src[state.pos] != ":":
        return False
    before = state.src[max(0, state.pos - 6) : state.pos]
    found = _ADDRESS.match(state.src, state.pos, state.posMax) if _SCHEME.search(before) else None
    if found is None and _DRIVE.search(before):
        found = _PATH.match(state.src, state.pos, state.posMax)
    return _take(state, _trimmed(found.group()), silent) if found else False


def _share_or_formula(state: StateInline, silent: bool) -> bool:
    r"""`\\server\share`, `\(x\)` or `\[x\]`."""
    if state.src[state.pos] != "\\":
        return False
    share = _SHARE.match(state.src, state.pos, state.posMax)
    if share:
        return _take(state, _trimmed(share.group()), silent)
    formula = _formula(state)
    return _take(state, formula, silent) if formula else False


def _formula(state: StateInline) -> str | None:
    r"""From `\(` to the next `\)`, or `\[` to `\]`; looked for first, which costs little."""
    end = {"(": r"\)", "[": r"\]"}.get(state.src[state.pos + 1 : state.pos + 2])
    if end is None or state.src.find(end, state.pos + 3, state.pos + _LONGEST_FORMULA) < 0:
        return None
    found = _FORMULA.match(state.src, state.pos, state.posMax)
    return found.group() if found else None


def _take(state: StateInline, text: str, silent: bool) -> bool:
    if not silent:
        state.append_pending(text)
    state.pos += len(text)
    return True


def _trimmed(text: str) -> str:
    """Without the sentence's own signs, and without a bracket that it does not open itself."""
    bare = text.rstrip(_TRAILING)
    unopened = bare.count(")") - bare.count("(")
    while unopened > 0 and bare.endswith(")"):
        bare, unopened = bare[:-1].rstrip(_TRAILING), unopened - 1
    return bare or text[0]
