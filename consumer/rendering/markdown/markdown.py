"""The parser: markdown-it-py with GitHub's tables and strikethrough, footnotes, and no raw HTML.

Links are not judged here: links.py says which targets are live, and the others are shown.
"""

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from consumer.rendering.markdown.completeness import complete
from consumer.rendering.markdown.emphasis import InlineParser
from consumer.rendering.markdown.verbatim import keep_verbatim

MAX_NESTING = 20
"""markdown-it's bound on brackets within brackets, which are parsed recursively: 100 KB of `[` take
a time that grows with it. Its bound on blocks too: completeness.MAX_DEPTH stays below."""


def parse(text: str) -> list[Token]:
    """The tokens of a Markdown document; every string is one."""
    return _parser().parse(text)


@cache
def _parser() -> MarkdownIt:
    options = {
        "html": False,
        "maxNesting": MAX_NESTING,
        "store_labels": True,  # which link uses which definition …
        "inline_definitions": True,  # … and where the definitions stand
    }
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    footnote_plugin(parser, inline=False, move_to_end=False)
    complete(parser)
    parser.inline = InlineParser(parser.inline)
    keep_verbatim(parser)
    parser.validateLink = _any_target  # type: ignore[method-assign]
    parser.normalizeLink = _unchanged  # type: ignore[method-assign]
    parser.normalizeLinkText = _unchanged  # type: ignore[method-assign, assignment]
    return parser


def _any_target(url: str) -> bool:
    del url
    return True


def _unchanged(url: str) -> str:
    return url
