"""Markdown: its own text, cut at its headings."""

import re
from io import BytesIO

from markdown_it import MarkdownIt
from mdit_py_plugins.front_matter import front_matter_plugin

from consumer.documents.formats.text import decoded
from consumer.documents.outline import Outline
from consumer.documents.section import Section

_BLOCKS = MarkdownIt("commonmark").use(front_matter_plugin)
_BLOCKS.core.ruler.disable("inline")  # what stands within a paragraph is left as it is
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKUP = re.compile(r"[*`]|<[^>]*>|\s#+$")


def sections(file: BytesIO) -> list[Section]:
    """A section for each heading of the page itself, not for those in quotes and lists."""
    text = decoded(file.getvalue())
    lines, outline, begin = text.split("\n"), Outline(), 0
    tokens = _BLOCKS.parse(text)
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            outline.paragraph("\n".join(lines[begin : token.map[0]]))
            outline.heading(int(token.tag[1:]), _plain(tokens[at + 1].content))
            begin = token.map[1]
    outline.paragraph("\n".join(lines[begin:]))
    return outline.sections()


def _plain(heading: str) -> str:
    return _MARKUP.sub("", _LINK.sub(r"\1", heading))
