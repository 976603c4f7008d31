"""A message's body as a tree of nodes, read in bounded time whatever it holds. Pure."""

import re
from collections import Counter
from html import escape, unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_DEPTH = 1_000
"""Tags within each other. The parser's time grows with the square of it (64,000 take a minute), and
Campfire's own parser refuses more than 400 (docs/campfire.md)."""
MAX_ATTRIBUTES = 500
"""In one tag. The parser's time grows with the square of it, too (30,000 take 15 s); Campfire's own
editor writes some ten."""
MAX_FORMATTING = 30
"""Tags of formatting within each other. The parser repeats those that were left open in every
paragraph to come: 900 in 15 KB make a million nodes."""
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_NESTING = re.compile(
    r"<(/?)(?!(?:br|hr|img|wbr|input|source|col|area|embed)\b)([a-z][^\s/<>]*)", re.IGNORECASE
)
_FORMATTING = re.compile(
    r"<(/?)(a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?![^\s/>])", re.IGNORECASE
)
_NAME = re.compile(r"<[a-z][^\s/>]*", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"[\s/]*[^\s/>][^\s/>=]*(?:\s*=\s*(?:\"[^\"]*(?:\"|$)|'[^']*(?:'|$)|[^\s>\"']*))?"
)


def body_of(html: str) -> LexborNode:
    """The node that holds the body; of one that would take the parser long, its text alone.

    Not the parser's fragment: the text of its first node is that of all that follow it.
    """
    deep = _depth(html, _NESTING) > MAX_DEPTH or _depth(html, _FORMATTING) > MAX_FORMATTING
    costly = deep or _has_many_attributes(html)
    readable = escape(unescape(_TAG.sub(" ", html))) if costly else html
    body = LexborHTMLParser(f"<body>{readable}").body
    assert body is not None  # noqa: S101 - every document has one
    return body


def _depth(html: str, tags: re.Pattern[str]) -> int:
    """How deep such tags may be nested, at the most: one that ends by itself is taken for open, and
    an end ends only what has its name."""
    open_by_name: Counter[str] = Counter()
    depth = deepest = 0
    for tag in tags.finditer(html):
        name = tag[2].lower()
        if not tag[1]:
            open_by_name[name] += 1
            depth += 1
            deepest = max(deepest, depth)
        elif open_by_name[name]:
            open_by_name[name] -= 1
            depth -= 1
    return deepest


def _has_many_attributes(html: str) -> bool:
    """Read as the parser reads them: a `>` in quotes ends no tag, and a quote ends with the text
    at the latest. Each character is looked at once."""
    at = 0
    while (tag := _NAME.search(html, at)) is not None:
        at = tag.end()
        for _ in range(MAX_ATTRIBUTES):
            if (attribute := _ATTRIBUTE.match(html, at)) is None:
                break
            at = attribute.end()
        else:
            return True
    return False
