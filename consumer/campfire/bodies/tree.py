"""A message's body as a tree of nodes, read in bounded time whatever it holds. Pure."""

import re
from html import escape, unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_DEPTH = 1_000
"""Tags within each other. The parser's time grows with the square of it (64,000 take a minute), and
Campfire's own parser refuses more than 400 (docs/campfire.md)."""
_TAG = re.compile(r"<(/?)[a-z][^<>]*>", re.IGNORECASE)
_VOID = re.compile(r"<(?:br|hr|img|wbr|input|source|col|area|embed)\b", re.IGNORECASE)


def body_of(html: str) -> LexborNode:
    """The node that holds the body; of one nested too deep, its text alone.

    Not the parser's fragment: the text of its first node is that of all that follow it.
    """
    readable = escape(unescape(_TAG.sub(" ", html))) if _depth(html) > MAX_DEPTH else html
    body = LexborHTMLParser(f"<body>{readable}").body
    assert body is not None  # noqa: S101 - every document has one
    return body


def _depth(html: str) -> int:
    """How deep tags may be nested, at the most: a tag that ends by itself is taken for open."""
    depth = deepest = 0
    for tag in _TAG.finditer(html):
        if tag[1]:
            depth = max(0, depth - 1)
        elif not _VOID.match(tag[0]):
            depth += 1
            deepest = max(deepest, depth)
    return deepest
